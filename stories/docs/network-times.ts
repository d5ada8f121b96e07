/** How long the first message takes on one network, in ms. */
export interface NetworkTimes {
  readonly network: string
  /** With `fallbackAfter` 1000. */
  readonly after1s: number
  /** With `fallbackAfter` 2000, the default while no handshake has been measured. */
  readonly after2s: number
  /** With long polling remembered. */
  readonly remembered: number
}

// From `bench/RESULTS.md`, "Several transports: the time to the first message", where `pnpm bench:connection` writes them.

/** The time to the first message on each network. */
export const networkTimes: readonly NetworkTimes[] = [
  { network: 'All is well', after1s: 9, after2s: 5, remembered: 5 },
  { network: 'WebSocket refused (403)', after1s: 28, after2s: 5, remembered: 12 },
  { network: 'WebSocket opens and closes at once', after1s: 25, after2s: 16, remembered: 13 },
  { network: 'WebSocket handshake without response', after1s: 1_009, after2s: 2_004, remembered: 25 },
  { network: 'WebSocket opens and is silent', after1s: 1_015, after2s: 2_007, remembered: 5 },
  {
    network: 'WebSocket refused, events held back by a proxy',
    after1s: 1_009,
    after2s: 2_015,
    remembered: 15,
  },
  { network: 'WebSocket refused, a login page instead of events', after1s: 34, after2s: 18, remembered: 10 },
  { network: 'WebSocket silent, events held back', after1s: 2_015, after2s: 4_018, remembered: 3 },
]
