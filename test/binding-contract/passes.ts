/**
 * How many renders with other options may still show what the old ones had: React renders before it can tell the hook of them. 0 once every
 * render is asked for a preview.
 */
export const STALE_PASSES: number = 1
