import type { Identity, IdentitySource } from '../shared/identity.ts'
import type { Environment } from '../platform/environment.ts'
import { hasChanged } from '../observer/check-options.ts'
import type { CommonOptions } from '../observer/options.ts'
import type { UrlOption } from '../shared/attempt.ts'

/** How the key of a connection that is not shared begins. */
const PRIVATE = 'alone '

/**
 * Returns the identity of an observer's connection; undefined without a URL. With a function as an option, observers
 * share only if they have the same function object or a `key`. On a server, which has many users, they share only with
 * a `key`, their own or the provider's.
 *
 * @param nextPrivateId returns a number for an observer that does not share
 */
export function createIdentity<Options>(
  protocol: IdentitySource<Options>,
  url: UrlOption,
  options: Options & Pick<CommonOptions<unknown, unknown>, 'share' | 'key' | 'providerKey'>,
  environment: Environment,
  nextPrivateId: () => number,
): Identity | undefined {
  if (!url) return undefined
  const { share, key, providerKey } = options
  const extraKey = protocol.extraKey(options)
  const functionOptions = [url, ...protocol.functionOptions(options)].filter(
    (value) => typeof value === 'function',
  )
  const isUserUnknown = environment.isServer && providerKey === undefined
  const mustNotShare = key === undefined && (extraKey === undefined || isUserUnknown)
  const functionsKey = key === undefined ? functionOptions.map(idOf).join(',') : ''
  return withKey({
    destinationKey: serializeParts([
      protocol.name,
      typeof url === 'function' ? 'ƒ' : normalizeUrl(protocol, url, environment.baseUrl),
      protocol.requestMode?.(options, environment.baseUrl),
      extraKey,
      key,
      providerKey,
    ]),
    headersKey: computeHeadersKey(protocol, options),
    functionsKey: share === false || mustNotShare ? `${PRIVATE}${nextPrivateId()}` : functionsKey,
  })
}

/** Tests whether only one observer can have this connection. */
export const isPrivate = ({ functionsKey }: Identity): boolean => functionsKey.startsWith(PRIVATE)

/**
 * Returns whether a change from one identity to the other keeps the connection.
 *
 * @param isNonRepeatable the request must not be repeated: new headers apply to the next request
 */
export const isSameDestination = (one: Identity, other: Identity, isNonRepeatable: boolean): boolean =>
  one.destinationKey === other.destinationKey && (isNonRepeatable || one.headersKey === other.headersKey)

/** Returns whether the identity may have changed. The program may have mutated an object, such as the headers. */
export const mayHaveChanged = (names: readonly string[], before: object, after: object): boolean =>
  (before !== after && hasChanged(names, before, after)) ||
  names.some((name) => typeof Object(after)[name] === 'object')

const withKey = (parts: Omit<Identity, 'key'>): Identity => ({
  ...parts,
  key: serializeParts([parts.destinationKey, parts.headersKey, parts.functionsKey]),
})

/** Uses JSON, because parts that contain a separator would make different lists equal. */
const serializeParts = (parts: readonly (string | undefined)[]) => JSON.stringify(parts)

/** Returns the same text for all spellings of a URL. */
export function normalizeUrl(
  { toUrl }: Pick<IdentitySource<never>, 'toUrl'>,
  url: string | URL,
  baseUrl: string | undefined,
): string {
  try {
    return toUrl(url, baseUrl).href
  } catch {
    // The attempt reports the error.
    return String(url)
  }
}

/** Returns the headers that are given as values, as a key. */
export function computeHeadersKey<Options>(
  protocol: Pick<IdentitySource<Options>, 'headersKey'>,
  options: Options,
): string {
  try {
    return protocol.headersKey?.(options) ?? ''
  } catch {
    // The attempt reports the error.
    return 'invalid'
  }
}

const ids = new WeakMap<object, number>()
let lastId = 0

/** Returns the number of an object, such as a function or an observer. */
export function idOf(object: object): number {
  const id = ids.get(object) ?? ++lastId
  ids.set(object, id)
  return id
}
