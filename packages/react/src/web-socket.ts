export { type WebSocketResult, useWebSocket } from './use-web-socket.ts'
