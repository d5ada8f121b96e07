import { binary } from '@tautline/core'

/** Messages are ArrayBuffers. An empty one clears the canvas. */
export const codec = binary()
