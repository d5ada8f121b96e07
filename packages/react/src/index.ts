export { type DefaultOptions, TautlineProvider } from './options-context.ts'
export { type WebSocketResult, useWebSocket } from './use-web-socket.ts'
