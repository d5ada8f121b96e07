/** `Cache-Control`, as it is put together here; times in s. */
export interface Caching {
  readonly 'max-age'?: number | undefined
  readonly 'stale-while-revalidate'?: number | undefined
  readonly 'stale-if-error'?: number | undefined
  readonly 'no-cache'?: boolean
  readonly 'no-store'?: boolean
}

/** What can be chosen of each; undefined: it is left out. */
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

export const usual: Caching = { 'max-age': 5, 'stale-while-revalidate': 30 }

export const presets: readonly Preset[] = [
  { name: 'Fresh, then stale', caching: usual },
  { name: 'Always validated', caching: { 'no-cache': true } },
  { name: 'Shown, and validated', caching: { 'max-age': 0, 'stale-while-revalidate': 30 } },
  { name: 'Survives errors', caching: { 'max-age': 0, 'stale-if-error': 60 } },
  { name: 'Never kept', caching: { 'no-store': true } },
  { name: 'Says nothing', caching: {} },
]

export const headerOf = (caching: Caching): string =>
  Object.entries(caching)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => (value === true ? name : `${name}=${value}`))
    .join(', ')

/** What follows from it, in the order in which it happens. */
export function meaningOf(caching: Caching): readonly string[] {
  const { 'max-age': maxAge, 'stale-while-revalidate': window, 'stale-if-error': errors } = caching
  const { 'no-cache': noCache = false, 'no-store': noStore = false } = caching
  const lifetime = noCache ? 0 : (maxAge ?? 0)
  const isSilent = maxAge === undefined && !noCache
  const shown = window ?? (isSilent ? Number.POSITIVE_INFINITY : 0)
  return [
    lifetime > 0
      ? `Fresh for ${lifetime} s: whoever comes is served from what is kept, and nothing is asked.`
      : `Stale at once: whoever comes makes a request, ${noStore ? 'for all of it' : 'conditional by its ETag'}.`,
    ...(noCache ? ['Nobody who comes sees it before the server has said that it still holds.'] : []),
    ...(noCache ? [] : [staleText(shown)]),
    ...(errors === undefined || noCache
      ? ['If the server fails, so does the hook; what it showed stays in data.']
      : [`If the server fails, the old answer stands in for ${errors} s: the status stays success.`]),
    ...(noStore ? ['When the last component has gone, it is forgotten.'] : []),
  ]
}

function staleText(shown: number): string {
  if (shown === 0) return 'Stale, it is shown to nobody who comes: they wait for the answer.'
  const span = shown === Number.POSITIVE_INFINITY ? 'As long as it is stale' : `Stale for up to ${shown} s`
  return `${span}, it is shown at once, and validated behind it.`
}
