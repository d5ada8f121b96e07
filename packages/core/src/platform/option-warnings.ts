import { exponential, quickThenSpread } from '../shared/backoff.ts'
import { collect, concat, latest } from '../shared/reducers.ts'
import { warnAboutMixedBuilds, warnOnce } from './dev-warnings.ts'

/** Bundlers replace it. Without a bundler or Node it does not exist, so reading it throws. */
declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** Who has the options. The text begins a sentence. */
type Owner =
  | 'A request'
  | 'execute()'
  | 'A WebSocket'
  | 'An event stream'
  | 'A long poll'
  | 'A connection'
  | 'webSocket()'
  | 'eventSource()'
  | 'longPoll()'
  | 'shortPoll()'
  | 'foreverFrame()'
  | 'nchan()'
  | 'post()'

/** Those of a provider are passed to every hook. */
const COMMON =
  'enabled share key providerKey notify environment retry timeout pause closeDelay reduce initialData select onOpen onMessage onClose onError onRetry onGiveUp'
const HTTP = 'method headers body credentials ignoreHeaders'
const EXECUTE = `method headers body credentials json query idempotencyKey invalidates upload`

/** The options of a poll that is a transport. */
const POLL = `${HTTP} id cursor codec messages maxBodyBytes timeout`

/** A function, because bundlers keep texts with placeholders outside of functions. */
function namesOf(owner: Owner): readonly string[] {
  const names: Readonly<Record<Owner, string>> = {
    'A request': `${COMMON} ${EXECUTE} ignoreHeaders baseUrl codec input emptyOn serializeQuery maxAge staleWhileRevalidate cache refetchInterval refetchOnFocus refetchOnReconnect keepPreviousData tags providerDefaults maxBodyBytes throwOnError`,
    'execute()': `${EXECUTE} url signal`,
    'A WebSocket': `${COMMON} codec protocols handshake resume initialCursor binaryType heartbeat outbox highWaterMark acks onConfirmed`,
    'An event stream': `${COMMON} ${HTTP} codec events lastEventId resume heartbeat until atEnd format maxEventLength`,
    'A connection': `${COMMON} codec transports outbox highWaterMark fallbackAfter upgrade remember initialCursor isNext upstream acks onConfirmed onTransport`,
    'A long poll': `${COMMON} ${HTTP} codec cursor initialCursor messages dedupeBy interval minGap maxBodyBytes`,
    'webSocket()': 'frames query protocols handshake binaryType heartbeat',
    'eventSource()': `${HTTP} greets events resume heartbeat format maxEventLength`,
    'longPoll()': `${POLL} minGap`,
    'shortPoll()': `${POLL} interval`,
    'foreverFrame()': 'query callback heartbeat',
    'nchan()': 'poll interval headers credentials heartbeat silence',
    'post()': 'headers credentials key always retry',
  }
  return names[owner].split(' ')
}

const GROUPS: Readonly<Record<string, string>> = {
  retry: 'limit delay when',
  timeout: 'connect request',
  pause: 'hidden offline',
  outbox: 'messages bytes overflow',
  handshake: 'message isReady',
  upgrade: 'after cap',
}

/** Options of other libraries, and what to use instead. In texts, because the build shortens names of properties. */
const INSTEAD = [
  'staleTime dedupingInterval: `maxAge`',
  'gcTime cacheTime: `cache: createFetchCache({ entries, bytes })`',
  'queryFn fetcher: the URL and `codec`: the hook sends the request itself',
  'mutationFn: `method`, and `execute()` to send it',
  'fetch: `environment: { fetch }`',
  'queryKey: the URL, and `tags` for invalidation',
  'refreshInterval: `refetchInterval`',
  'pollInterval pollingInterval: `refetchInterval`, or `interval` of a long poll',
  'revalidateOnFocus refetchOnWindowFocus: `refetchOnFocus`',
  'revalidateOnReconnect: `refetchOnReconnect`',
  'immediate autoConnect skip: `enabled`',
  'manual lazy: `enabled: false`',
  'onSuccess onData: `onMessage`',
  'onFetchError: `onError`',
  'placeholderData: `keepPreviousData` or `initialData`',
  'fallbackData: `initialData`',
  'suspense: the hook useSuspenseFetch (React)',
  'useErrorBoundary: `throwOnError`',
  'params searchParams: `query`',
  'queryParams: a URL with the parameters',
  'headers: a token in the URL, `protocols` or `handshake`: browsers send no headers with a WebSocket',
  'data payload: `json` or `body`',
  'onUploadProgress: `upload: uploadProgress()`, and read `progress`',
  'responseType: `codec: json()`, `text()` or `binary()`',
  'parseJson: `codec`',
  'transform: `codec` or `select`',
  "withCredentials: `credentials: 'include'`",
  'baseURL prefixUrl: `baseUrl`',
  'signal: `enabled: false`, abort() or execute({ signal })',
  'retries retryCount errorRetryCount reconnectAttempts reconnectLimit: `retry: { limit }`',
  'retryDelay errorRetryInterval reconnectInterval: `retry: { delay }`',
  'shouldRetryOnError: `retry: false`',
  'autoReconnect: `retry`',
  'shouldReconnect: `retry: { when }`',
  'onReconnectStop: `onGiveUp`',
  'onConnected: `onOpen`',
  'onDisconnected: `onClose`',
  'filter: `select`',
  'openWhenHidden: `pause: { hidden }`',
  'getNextPageParam: the option next of useFetchPages',
  'getPreviousPageParam: the option previous of useFetchPages',
]

/** Functions that create the value of an option, and are no value themselves. */
const CREATORS = { collect, concat, latest, exponential, quickThenSpread }

/**
 * Warns, in development and once for each option, about options that do not exist, and about functions such as
 * `collect` that are passed without a call.
 */
export function warnAboutOptions(owner: Owner, options: object): void {
  try {
    if (process.env.NODE_ENV !== 'production') {
      warnAboutMixedBuilds()
      // `execute` may be an event handler, and gets the event then.
      if ('nativeEvent' in options || 'isTrusted' in options) return
      if (typeof options === 'function')
        warnOnce(
          `options of ${owner}`,
          `${owner} got a function instead of options. Pass an object; the hook sends the request itself.`,
        )
      warnAboutNames(owner, options, namesOf(owner))
      for (const [group, names] of Object.entries(GROUPS)) {
        const inner = valueOf(options, group)
        if (typeof inner !== 'object' || !inner) continue
        // The time limit of the connection applies to all of its transports.
        const known = owner.endsWith('Poll()') ? names.replace('connect', '') : names
        warnAboutNames(owner, inner, known.split(' '), `${group}.`)
      }
      warnAboutCreator('reduce', valueOf(options, 'reduce'))
      warnAboutCreator('retry.delay', valueOf(Object(valueOf(options, 'retry')), 'delay'))
    }
  } catch {
    // Not in development.
  }
}

const valueOf = (options: object, name: string) => (options as Readonly<Record<string, unknown>>)[name]

function warnAboutNames(owner: Owner, options: object, known: readonly string[], path = ''): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || known.includes(name)) continue
    const similar = known.find((other) => isSimilar(name, other))
    const instead = hintFor(name, owner) ?? (similar && `\`${path}${similar}\``)
    warnOnce(
      `${owner} ${path}${name}`,
      `${owner} has no option \`${path}${name}\`, so it has no effect. ${instead ? `Use ${instead}.` : 'Remove it, or check its name in the docs.'}`,
    )
  }
}

/** Returns a hint that names an option of this owner, or none. */
function hintFor(name: string, owner: Owner): string | undefined {
  const known = namesOf(owner)
  const [entry] = INSTEAD.filter((each) => each.split(': ')[0]?.split(' ').includes(name))
  const hint = entry?.slice(entry.indexOf(': ') + 2)
  const names = [...(hint?.matchAll(/`(\w+)/g) ?? [])].map(([, option = '']) => option)
  return names.length === 0 || names.some((option) => known.includes(option)) ? hint : undefined
}

function warnAboutCreator(option: string, value: unknown): void {
  for (const [name, creator] of Object.entries(CREATORS))
    if (value === creator)
      warnOnce(
        `${option} ${name}`,
        `The option \`${option}\` is the function \`${name}\` itself. Call it: \`${name}()\`.`,
      )
}

/** Whether two names differ by their case, or by at most two letters. */
const isSimilar = (one: string, other: string): boolean =>
  one.toLowerCase() === other.toLowerCase() || (one.length > 4 && distance(one, other) < 3)

/** How many letters have to be added, removed or replaced. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, letter] of one.split('').entries()) {
    const next = [index + 1]
    for (const [column, replaced] of other.split('').entries())
      next.push(
        Math.min(
          (next[column] ?? 0) + 1,
          (row[column + 1] ?? 0) + 1,
          (row[column] ?? 0) + (letter === replaced ? 0 : 1),
        ),
      )
    row = next
  }
  return row.at(-1) ?? 0
}
