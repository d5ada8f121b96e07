import type { Environment } from '../platform/environment.ts'
import { forEachLive } from '../shared/safe-call.ts'

/** Whose data a log-out removes. Without any field: the data of all users. */
export interface LogOutScope {
  /** Only data with this option `key`. */
  readonly key?: string | undefined
  /** Only data in this cache. */
  readonly cache?: object | undefined
  readonly environment?: Environment | undefined
}

/** Something that a log-out may affect, with the options that identify its user. */
export interface Scoped {
  readonly environment: Environment
  readonly options: {
    readonly key?: string | undefined
    readonly providerKey?: string | undefined
    readonly cache?: object | undefined
  }
}

/** A mounted observer, or an open client. */
export interface Forgettable extends Scoped {
  /** Aborts its requests or its connection, and removes its data. */
  forget(): void
  /** Connects or requests again, if it is enabled. */
  resume(): void
}

/** Stores data of users outside observers: connections without subscribers, responses, tokens. */
export interface ForgettableStore {
  /**
   * @param isLogOutOver the log-out has ended: also removes data that waited for its end
   * @returns a promise if the removal takes time; it never rejects
   */
  forget(scope: LogOutScope, isLogOutOver: boolean): void | Promise<void>
}

/** How many log-outs of single users are remembered. */
const MAX_RECORDED_LOG_OUTS = 1000

const forgettables = new Set<Forgettable>()
const stores = new Set<WeakRef<ForgettableStore>>()
/** At this size of `stores`, the references to stores that no longer exist are removed. */
let sweepAtSize = 64
const pausedScopes = new Set<LogOutScope>()
let recordedLogOuts: readonly { readonly scope: LogOutScope; readonly at: number }[] = []
/** The number of the last log-out of all users, or of the last one that is no longer remembered. */
let allForgottenUntil = 0

/** The number of log-outs so far. */
export let logOutCount = 0

/**
 * Returns whether a log-out with this scope affects `scoped`. On a server, which has many users, a scope without a key
 * and a cache affects nothing.
 */
export function isInScope({ key, cache, environment }: LogOutScope, scoped: Scoped): boolean {
  const { options } = scoped
  if (environment !== undefined && environment !== scoped.environment) return false
  if (key !== undefined && key !== options.key && key !== options.providerKey) return false
  if (cache !== undefined && cache !== options.cache) return false
  return key !== undefined || cache !== undefined || !scoped.environment.isServer
}

/** Returns whether a log-out is in progress. Until it ends, nothing connects and nothing is requested. */
export function isPausedForLogOut(scoped: Scoped): boolean {
  if (pausedScopes.size === 0) return false
  return [...pausedScopes].some((scope) => isInScope(scope, scoped))
}

/** Sets whether `forgettable` is notified of log-outs. */
export function setRegistered(forgettable: Forgettable, isRegistered: boolean): void {
  if (isRegistered) forgettables.add(forgettable)
  else forgettables.delete(forgettable)
}

/** Notifies this store of log-outs. Holds only a weak reference to it. */
export function registerStore(store: ForgettableStore): void {
  stores.add(new WeakRef(store))
  if (stores.size < sweepAtSize) return
  for (const reference of stores) if (!reference.deref()) stores.delete(reference)
  sweepAtSize = Math.max(64, stores.size * 2)
}

/** Returns whether a log-out after the first `since` ones affects `scoped`, so that its data must be removed. */
export function isForgottenSince(scoped: Scoped, since: number): boolean {
  return (
    since < allForgottenUntil ||
    recordedLogOuts.some(({ scope, at }) => since < at && isInScope(scope, scoped))
  )
}

/** Pauses everything in this scope. The returned function resumes it. */
export function pauseForLogOut(scope: LogOutScope): () => void {
  pausedScopes.add(scope)
  return () => {
    pausedScopes.delete(scope)
    forEachLive(forgettables, (forgettable) => isInScope(scope, forgettable) && forgettable.resume())
  }
}

/**
 * Aborts everything in this scope and removes its data.
 *
 * @param isLogOutOver the log-out has ended
 * @returns a promise that is fulfilled when stored data are removed too; it never rejects
 */
export function forgetScope(scope: LogOutScope, isLogOutOver: boolean): Promise<unknown> {
  recordLogOut(scope)
  const removals = Array.from(stores, (reference) => reference.deref()?.forget(scope, isLogOutOver))
  forEachLive(forgettables, (forgettable) => isInScope(scope, forgettable) && forgettable.forget())
  return Promise.all(removals.filter((removal) => removal !== undefined))
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
