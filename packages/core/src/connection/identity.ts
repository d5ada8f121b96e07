import type { Identity, IdentitySource } from '../shared/identity.ts'
import type { Environment } from '../platform/environment.ts'
import { hasChanged } from '../observer/check-options.ts'
import type { CommonOptions } from '../observer/options.ts'
import type { UrlOption } from '../shared/attempt.ts'

/**
 * What a hook's connection is known by; undefined: there is no URL. What a function gives is shared with the same function object, or by the
 * option `key`. A server answers many users: there nothing is shared but by `key`.
 *
 * @param nextPrivateId numbers a hook that shares with no other
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
  const isServer = environment.isServer && providerKey === undefined
  const isUnknown = key === undefined && (extraKey === undefined || isServer)
  const functionsKey = key === undefined ? functionOptions.map(functionIdOf).join(',') : ''
  return withKey({
    destinationKey: serializeParts([
      protocol.name,
      typeof url === 'function' ? 'ƒ' : normalizeUrl(protocol, url, environment),
      protocol.requestMode?.(options),
      extraKey,
      key,
      providerKey,
    ]),
    headersKey: computeHeadersKey(protocol, options),
    functionsKey: share === false || isUnknown ? `alone ${nextPrivateId()}` : functionsKey,
  })
}

/**
 * True where going from one to the other is no new connection.
 *
 * @param isNonRepeatable what was requested must not be requested twice: other headers count from the next request
 */
export const isSameDestination = (one: Identity, other: Identity, isNonRepeatable: boolean): boolean =>
  one.destinationKey === other.destinationKey && (isNonRepeatable || one.headersKey === other.headersKey)

/**
 * May these options be known by something else than those before? An object, such as headers that a program keeps in one place, may have been changed
 * where it is.
 */
export const mayHaveChanged = (names: readonly string[], before: object, after: object): boolean =>
  hasChanged(names, before, after) || names.some((name) => typeof Object(after)[name] === 'object')

const withKey = (parts: Omit<Identity, 'key'>): Identity => ({
  ...parts,
  key: serializeParts([parts.destinationKey, parts.headersKey, parts.functionsKey]),
})

/** Not joined by a sign that one of the parts may hold: two lists would look alike. */
const serializeParts = (parts: readonly (string | undefined)[]) => JSON.stringify(parts)

/** Two spellings of one URL are one. */
function normalizeUrl(
  { toUrl }: Pick<IdentitySource<never>, 'toUrl'>,
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
export function computeHeadersKey<Options>(
  protocol: Pick<IdentitySource<Options>, 'headersKey'>,
  options: Options,
): string {
  try {
    return protocol.headersKey?.(options) ?? ''
  } catch {
    // The attempt says what is wrong with them.
    return 'invalid'
  }
}

const functionIds = new WeakMap<object, number>()
let lastFunctionId = 0

/** A number for each function object. */
function functionIdOf(fn: object): number {
  const id = functionIds.get(fn) ?? ++lastFunctionId
  functionIds.set(fn, id)
  return id
}
