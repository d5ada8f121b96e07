export { type DefaultOptions, tautline } from './options-plugin.ts'
export {
  type NchanOptions,
  type TransportOption,
  type TransportsOption,
  eventSource,
  longPoll,
  nchan,
  post,
  shortPoll,
  webSocket,
} from '@tautline/core/connection'
export { type ConnectionResult, useConnection } from './use-connection.ts'
export { type EventSourceResult, useEventSource } from './use-event-source.ts'
export type { FetchResult } from './fetch-result.ts'
export type { RefOptions } from './reactive-options.ts'
export { useFetch } from './use-fetch.ts'
export { type FetchResults, useFetches } from './use-fetches.ts'
export { type FetchPagesResult, useFetchPages } from './use-fetch-pages.ts'
export { type LongPollResult, useLongPoll } from './use-long-poll.ts'
export { type WebSocketResult, useWebSocket } from './use-web-socket.ts'
