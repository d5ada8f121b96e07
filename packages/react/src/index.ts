export { type DefaultOptions, TautlineProvider } from './options-context.ts'
export { type EventSourceResult, useEventSource } from './use-event-source.ts'
export { type LongPollResult, useLongPoll } from './use-long-poll.ts'
export { type WebSocketResult, useWebSocket } from './use-web-socket.ts'
