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
