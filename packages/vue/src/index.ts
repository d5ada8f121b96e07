export { type DefaultOptions, tautline } from './options-plugin.ts'
export { type WebSocketResult, useWebSocket } from './use-web-socket.ts'
