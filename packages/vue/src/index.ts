export { type DefaultOptions, tautline } from './options-plugin.ts'
export { type EventSourceResult, useEventSource } from './use-event-source.ts'
export { type LongPollResult, useLongPoll } from './use-long-poll.ts'
export { type WebSocketResult, useWebSocket } from './use-web-socket.ts'
