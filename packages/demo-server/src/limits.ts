/** Of one WebSocket message, in bytes. A longer one closes its connection with 1009. */
export const MAX_MESSAGE = 1024 * 1024
