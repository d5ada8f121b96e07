import type { Identity, IdentityParts } from '../shared/identity.ts'
import type { Environment } from '../platform/environment.ts'
import { differIn } from '../observer/check-options.ts'
import type { CommonOptions } from '../observer/options.ts'
import type { UrlOption } from '../shared/attempt.ts'

/**
 * What a hook's connection is known by; undefined: there is no URL. What a function gives is shared with the same function object, or by the
 * option `key`. A server answers many users: there nothing is shared but by `key`.
 *
 * @param alone numbers a hook that shares with no other
 */
export function identityOf<Options>(
  kind: IdentityParts<Options>,
  url: UrlOption,
  options: Options & Pick<CommonOptions<unknown, unknown>, 'share' | 'key' | 'providerKey'>,
  environment: Environment,
  alone: () => number,
): Identity | undefined {
  if (!url) return undefined
  const { share, key, providerKey } = options
  const comparable = kind.identity(options)
  const givers = [url, ...kind.functions(options)].filter((given) => typeof given === 'function')
  const isServer = environment.server && providerKey === undefined
  const isUnknown = key === undefined && (comparable === undefined || isServer)
  const shared = key === undefined ? givers.map(numberOf).join(',') : ''
  return compose({
    place: textOf([
      kind.name,
      typeof url === 'function' ? 'ƒ' : spellingOf(kind, url, environment),
      kind.manner?.(options),
      comparable,
      key,
      providerKey,
    ]),
    headers: headersOf(kind, options),
    givers: share === false || isUnknown ? `alone ${alone()}` : shared,
  })
}

/**
 * True where going from one to the other is no new connection.
 *
 * @param isOnce what was requested must not be requested twice: other headers count from the next request
 */
export const isSamePlace = (one: Identity, other: Identity, isOnce: boolean): boolean =>
  one.place === other.place && (isOnce || one.headers === other.headers)

/**
 * May these options be known by something else than those before? An object, such as headers that a program keeps in one place, may have been changed
 * where it is.
 */
export const mayDiffer = (names: readonly string[], before: object, after: object): boolean =>
  differIn(names, before, after) || names.some((name) => typeof Object(after)[name] === 'object')

const compose = (parts: Omit<Identity, 'key'>): Identity => ({
  ...parts,
  key: textOf([parts.place, parts.headers, parts.givers]),
})

/** Not joined by a sign that one of the parts may hold: two lists would look alike. */
const textOf = (parts: readonly (string | undefined)[]) => JSON.stringify(parts)

/** Two spellings of one URL are one. */
function spellingOf(
  { toUrl }: Pick<IdentityParts<never>, 'toUrl'>,
  url: string | URL,
  { baseUrl }: Environment,
): string {
  try {
    return toUrl(url, baseUrl).href
  } catch {
    // The attempt says what is wrong with it.
    return String(url)
  }
}

/** The headers that are given as values by now: an object may have been changed where it is. */
export function headersOf<Options>(kind: Pick<IdentityParts<Options>, 'headers'>, options: Options): string {
  try {
    return kind.headers?.(options) ?? ''
  } catch {
    // The attempt says what is wrong with them.
    return 'invalid'
  }
}

const numbers = new WeakMap<object, number>()
let functions = 0

/** A number for each function object. */
function numberOf(giver: object): number {
  const known = numbers.get(giver) ?? ++functions
  numbers.set(giver, known)
  return known
}
