import type { Environment } from '../platform/environment.ts'
import { tellAll } from '../shared/safe-call.ts'

/** Of whom something is forgotten: of all users that there are, or only of some. */
export interface Scope {
  /** What is known by this option `key` alone. */
  readonly key?: string | undefined
  /** What is kept in this cache alone. */
  readonly cache?: object | undefined
  readonly environment?: Environment | undefined
}

/** By what it is known whose something is. */
export interface Owned {
  readonly environment: Environment
  readonly options: {
    readonly key?: string | undefined
    readonly providerKey?: string | undefined
    readonly cache?: object | undefined
  }
}

/** A mounted hook, or an open client. */
export interface Member extends Owned {
  /** Ends what is under way and forgets all that came of it. */
  forget(): void
  /** Begins anew, where it is wanted. */
  resume(): void
}

/** What is kept beside the hooks: connections that linger, responses, tokens. */
export interface Container {
  /** @param isOver the log-out is: what waited for it is forgotten, too */
  forget(scope: Scope, isOver: boolean): void
}

/** So many log-outs that concern part of the users are remembered. */
const MAX_REMEMBERED = 1000

const members = new Set<Member>()
const containers = new Set<WeakRef<Container>>()
/** So many of them are looked through for those that are gone. */
let sweepAt = 64
const holds = new Set<Scope>()
let past: readonly { readonly scope: Scope; readonly at: number }[] = []
/** The last log-out of all users, or the last one that is not remembered. */
let floor = 0

/** How many log-outs there have been. */
export let logOuts = 0

/** True where `scope` means this. A server answers many users: what has neither a key nor a cache is nobody's in particular there. */
export function isMeant({ key, cache, environment }: Scope, owned: Owned): boolean {
  const { options } = owned
  if (environment !== undefined && environment !== owned.environment) return false
  if (key !== undefined && key !== options.key && key !== options.providerKey) return false
  if (cache !== undefined && cache !== options.cache) return false
  return key !== undefined || cache !== undefined || !owned.environment.server
}

/** A log-out is under way, during which nothing connects and nothing is requested. */
export function isHeld(owned: Owned): boolean {
  if (holds.size === 0) return false
  return [...holds].some((scope) => isMeant(scope, owned))
}

/** Says whether a log-out reaches this from now on. */
export function enlist(member: Member, isMember: boolean): void {
  if (isMember) members.add(member)
  else members.delete(member)
}

/** From now on a log-out reaches this, for as long as something else refers to it. */
export function enlistContainer(container: Container): void {
  containers.add(new WeakRef(container))
  if (containers.size < sweepAt) return
  for (const one of containers) if (!one.deref()) containers.delete(one)
  sweepAt = Math.max(64, containers.size * 2)
}

/** Has there been a log-out that concerns this since there were so many? Then what it remembers is another user's. */
export function isForgottenSince(owned: Owned, since: number): boolean {
  return since < floor || past.some(({ scope, at }) => since < at && isMeant(scope, owned))
}

/** Holds everything back that is meant, until the returned function is called, which begins anew. */
export function hold(scope: Scope): () => void {
  holds.add(scope)
  return () => {
    holds.delete(scope)
    tellAll(members, (member) => isMeant(scope, member) && member.resume())
  }
}

/** Ends and forgets everything that is meant, now. @param isOver the log-out is */
export function forget(scope: Scope, isOver: boolean): void {
  remember(scope)
  for (const container of containers) container.deref()?.forget(scope, isOver)
  tellAll(members, (member) => isMeant(scope, member) && member.forget())
}

function remember(scope: Scope): void {
  const at = ++logOuts
  const isEverybody = Object.values(scope).every((part) => part === undefined)
  if (isEverybody) floor = at
  past = isEverybody ? [] : [...past, { scope, at }]
  if (past.length <= MAX_REMEMBERED) return
  floor = past[0]?.at ?? floor
  past = past.slice(1)
}
