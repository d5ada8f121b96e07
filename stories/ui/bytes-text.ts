/** A number of bytes in B or kB. */
export const bytesText = (bytes: number): string =>
  bytes < 1_000 ? `${bytes} B` : `${(bytes / 1_000).toFixed(1)} kB`
