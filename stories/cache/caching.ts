/** The directives of a `Cache-Control` header; times in s. */
export interface Caching {
  readonly 'max-age'?: number | undefined
  readonly 'stale-while-revalidate'?: number | undefined
  readonly 'stale-if-error'?: number | undefined
  readonly 'no-cache'?: boolean
  readonly 'no-store'?: boolean
}

/** The values to choose from. Undefined: the header does not have the directive. */
export const choices = {
  'max-age': [undefined, 0, 5, 60],
  'stale-while-revalidate': [undefined, 0, 30],
  'stale-if-error': [undefined, 60],
} as const

export const flags = ['no-cache', 'no-store'] as const

export interface Preset {
  readonly name: string
  readonly caching: Caching
}

export const initialCaching: Caching = { 'max-age': 5, 'stale-while-revalidate': 30 }

export const presets: readonly Preset[] = [
  { name: 'Fresh, then stale', caching: initialCaching },
  { name: 'Always revalidate', caching: { 'no-cache': true } },
  { name: 'Stale while revalidate', caching: { 'max-age': 0, 'stale-while-revalidate': 30 } },
  { name: 'Stale if error', caching: { 'max-age': 0, 'stale-if-error': 60 } },
  { name: 'Do not store', caching: { 'no-store': true } },
  { name: 'No header', caching: {} },
]

export const headerOf = (caching: Caching): string =>
  Object.entries(caching)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => (value === true ? name : `${name}=${value}`))
    .join(', ')

/** What the hooks do with such a response, as sentences. */
export function explain(caching: Caching): readonly string[] {
  const { 'max-age': maxAge, 'stale-if-error': errors } = caching
  const { 'no-cache': noCache = false, 'no-store': noStore = false } = caching
  const lifetime = noCache ? 0 : (maxAge ?? 0)
  return [
    lifetime > 0
      ? `Fresh for ${lifetime} s: a component that mounts gets the cached response, without a request.`
      : `Stale at once: a component that mounts sends ${noStore ? 'a request' : 'a conditional request with the ETag'}.`,
    'When it is stale, a component that mounts shows it while it is revalidated.',
    ...(errors === undefined || noCache
      ? ['If the request fails, the status becomes error; data keeps its last value.']
      : [
          `If the request fails within ${errors} s, the stale response is used, and the status stays success.`,
        ]),
    ...(noStore ? ['When the last component unmounts, the response is deleted.'] : []),
  ]
}
