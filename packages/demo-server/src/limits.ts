/** The largest WebSocket message, in bytes. The server closes with 1009 when a message is longer. */
export const MAX_MESSAGE = 1024 * 1024
