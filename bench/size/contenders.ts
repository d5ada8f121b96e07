import { readFileSync } from 'node:fs'

/** Some exports of a library, of which the bundle is measured. */
export interface SizeContender {
  readonly library: string
  readonly framework?: 'React' | 'Vue'
  /** The named exports, as in an `export` statement. */
  readonly names: string
  readonly from: string
}

/** What people do with a page, and the libraries that do it. */
export interface SizeJob {
  readonly title: string
  readonly ours: readonly SizeContender[]
  readonly others: readonly SizeContender[]
  /** What the figures do not show. */
  readonly note: string
}

/** The installed version of a package. */
function version(name: string): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8'),
  )
  if (typeof manifest === 'object' && manifest && 'version' in manifest) return String(manifest.version)
  throw new Error(`The package.json of ${name} has no version.`)
}

const other = (
  title: string,
  from: string,
  names: string,
  framework?: SizeContender['framework'],
): SizeContender => ({ library: `${title} ${version(from)}`, names, from, ...(framework && { framework }) })

const react = (names: string): SizeContender => ({
  library: 'Tautline',
  framework: 'React',
  names,
  from: '@tautline/react',
})
const vue = (names: string): SizeContender => ({
  library: 'Tautline',
  framework: 'Vue',
  names,
  from: '@tautline/vue',
})
const both = (names: string): readonly SizeContender[] => [react(names), vue(names)]

export const jobs: readonly SizeJob[] = [
  {
    title: 'WebSockets',
    ours: both('{ useWebSocket }'),
    others: [
      other('react-use-websocket', 'react-use-websocket', '{ default }', 'React'),
      other('ahooks', 'ahooks', '{ useWebSocket }', 'React'),
      other('VueUse', '@vueuse/core', '{ useWebSocket }', 'Vue'),
      other('partysocket', 'partysocket', '{ default }'),
    ],
    note: 'Each of the others has a part of what is in the hook: one connection for all components with the same URL and the same user, typed errors, messages that wait until the connection is open, random delays between retries, and pauses while the device is offline or the page is hidden. If such a part is enough for you, take it.',
  },
  {
    title: 'Server-sent events',
    ours: both('{ useEventSource }'),
    others: [
      other('VueUse', '@vueuse/core', '{ useEventSource }', 'Vue'),
      other('fetch-event-source', '@microsoft/fetch-event-source', '{ fetchEventSource }'),
      other('eventsource', 'eventsource', '{ EventSource }'),
      other('eventsource-client', 'eventsource-client', '{ createEventSource }'),
    ],
    note: 'The hook of VueUse uses the `EventSource` of the browser, which has no headers, no body and no error responses. The last three are clients without a hook.',
  },
  {
    title: 'Long polling',
    ours: both('{ useLongPoll }'),
    others: [],
    note: 'We know no other library for it. SWR and TanStack Query can repeat a request at an interval, which is short polling: see requests.',
  },
  {
    title: 'Several transports',
    ours: [
      ...both('{ useConnection, webSocket }'),
      ...both('{ useConnection, webSocket, eventSource, longPoll }'),
    ],
    others: [],
    note: 'We know no other library that falls back against ordinary servers. `post()`, which sends while no WebSocket is open, is not in these figures.',
  },
  {
    title: 'Requests',
    ours: [...both('{ useFetch }'), ...both('{ useFetchPages }')],
    others: [
      other('SWR', 'swr', '{ default }', 'React'),
      other(
        'TanStack Query',
        '@tanstack/react-query',
        '{ QueryClient, QueryClientProvider, useQuery }',
        'React',
      ),
      other('ahooks', 'ahooks', '{ useRequest }', 'React'),
      other('TanStack Query', '@tanstack/vue-query', '{ VueQueryPlugin, useQuery }', 'Vue'),
      other('VueUse', '@vueuse/core', '{ useFetch }', 'Vue'),
      other('ky', 'ky', '{ default }'),
      other('axios', 'axios', '{ default }'),
    ],
    note: 'SWR, TanStack Query and `useRequest` do not contain the code that fetches: with them, you write errors, codecs, timeouts, tokens and validators yourself, or add a client such as ky or axios. VueUse has no cache. If you need little of this, they are the better choice.',
  },
  {
    title: 'Everything',
    ours: both('*'),
    others: [],
    note: 'All hooks of a package. Most of the code is shared: the machine, the observers and the sharing of connections are loaded once.',
  },
]
