import type { Environment } from '../platform/environment.ts'
import { forEachLive } from '../shared/safe-call.ts'

/** Of whom something is forgotten: of all users that there are, or only of some. */
export interface LogOutScope {
  /** What is known by this option `key` alone. */
  readonly key?: string | undefined
  /** What is kept in this cache alone. */
  readonly cache?: object | undefined
  readonly environment?: Environment | undefined
}

/** By what it is known whose something is. */
export interface Scoped {
  readonly environment: Environment
  readonly options: {
    readonly key?: string | undefined
    readonly providerKey?: string | undefined
    readonly cache?: object | undefined
  }
}

/** A mounted hook, or an open client. */
export interface Forgettable extends Scoped {
  /** Ends what is under way and forgets all that came of it. */
  forget(): void
  /** Begins anew, where it is wanted. */
  resume(): void
}

/** What is kept beside the hooks: connections that linger, responses, tokens. */
export interface ForgettableStore {
  /** @param isLogOutOver the log-out is: what waited for it is forgotten, too */
  forget(scope: LogOutScope, isLogOutOver: boolean): void
}

/** So many log-outs that concern part of the users are remembered. */
const MAX_RECORDED_LOG_OUTS = 1000

const forgettables = new Set<Forgettable>()
const stores = new Set<WeakRef<ForgettableStore>>()
/** So many of them are looked through for those that are gone. */
let sweepAtSize = 64
const pausedScopes = new Set<LogOutScope>()
let recordedLogOuts: readonly { readonly scope: LogOutScope; readonly at: number }[] = []
/** The last log-out of all users, or the last one that is not remembered. */
let allForgottenUntil = 0

/** How many log-outs there have been. */
export let logOutCount = 0

/** True where `scope` means this. A server answers many users: what has neither a key nor a cache is nobody's in particular there. */
export function isInScope({ key, cache, environment }: LogOutScope, scoped: Scoped): boolean {
  const { options } = scoped
  if (environment !== undefined && environment !== scoped.environment) return false
  if (key !== undefined && key !== options.key && key !== options.providerKey) return false
  if (cache !== undefined && cache !== options.cache) return false
  return key !== undefined || cache !== undefined || !scoped.environment.isServer
}

/** A log-out is under way, during which nothing connects and nothing is requested. */
export function isPausedForLogOut(scoped: Scoped): boolean {
  if (pausedScopes.size === 0) return false
  return [...pausedScopes].some((scope) => isInScope(scope, scoped))
}

/** Says whether a log-out reaches this from now on. */
export function setRegistered(forgettable: Forgettable, isRegistered: boolean): void {
  if (isRegistered) forgettables.add(forgettable)
  else forgettables.delete(forgettable)
}

/** From now on a log-out reaches this, for as long as something else refers to it. */
export function registerStore(store: ForgettableStore): void {
  stores.add(new WeakRef(store))
  if (stores.size < sweepAtSize) return
  for (const reference of stores) if (!reference.deref()) stores.delete(reference)
  sweepAtSize = Math.max(64, stores.size * 2)
}

/** Has there been a log-out that concerns this since there were so many? Then what it remembers is another user's. */
export function isForgottenSince(scoped: Scoped, since: number): boolean {
  return (
    since < allForgottenUntil ||
    recordedLogOuts.some(({ scope, at }) => since < at && isInScope(scope, scoped))
  )
}

/** Holds everything back that is meant, until the returned function is called, which begins anew. */
export function pauseForLogOut(scope: LogOutScope): () => void {
  pausedScopes.add(scope)
  return () => {
    pausedScopes.delete(scope)
    forEachLive(forgettables, (forgettable) => isInScope(scope, forgettable) && forgettable.resume())
  }
}

/** Ends and forgets everything that is meant, now. @param isLogOutOver the log-out is */
export function forgetScope(scope: LogOutScope, isLogOutOver: boolean): void {
  recordLogOut(scope)
  for (const reference of stores) reference.deref()?.forget(scope, isLogOutOver)
  forEachLive(forgettables, (forgettable) => isInScope(scope, forgettable) && forgettable.forget())
}

function recordLogOut(scope: LogOutScope): void {
  const at = ++logOutCount
  const isEveryUser = Object.values(scope).every((value) => value === undefined)
  if (isEveryUser) allForgottenUntil = at
  recordedLogOuts = isEveryUser ? [] : [...recordedLogOuts, { scope, at }]
  if (recordedLogOuts.length <= MAX_RECORDED_LOG_OUTS) return
  allForgottenUntil = recordedLogOuts[0]?.at ?? allForgottenUntil
  recordedLogOuts = recordedLogOuts.slice(1)
}
