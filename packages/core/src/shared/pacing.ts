/** The longest time for which received messages may block the page, in ms: half a frame. */
export const MAX_BUSY_MS = 8
