import { binary } from '@tautline/core'

/** An ArrayBuffer in, an ArrayBuffer out. An empty one wipes the board. */
export const codec = binary()
