export {
  type TransportOption,
  type TransportsOption,
  eventSource,
  longPoll,
  post,
  shortPoll,
  webSocket,
} from '@tautline/core/connection'
export { type ConnectionResult, useConnection } from './use-connection.ts'
