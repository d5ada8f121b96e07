/** How long the first message takes on one network, in ms. */
export interface NetworkTimes {
  readonly network: string
  /** With `fallbackAfter` 1000. */
  readonly after1s: string
  /** With `fallbackAfter` 2000, the default while no handshake has been measured. */
  readonly after2s: string
  /** With long polling remembered. */
  readonly remembered: string
}

// Measured over loopback with Node 24, nginx 1.22 and nchan 1.3.6, on a busy machine with two cores. One message waits in the
// channel. Two or three values are those of as many runs.

/** The time to the first message on each network. */
export const networkTimes: readonly NetworkTimes[] = [
  { network: 'All is well', after1s: '8, 17', after2s: '8, 9', remembered: '17' },
  { network: 'WebSocket refused (403)', after1s: '18, 21', after2s: '6, 7', remembered: '5' },
  { network: 'WebSocket opens and closes at once', after1s: '6, 8', after2s: '5, 6', remembered: '3' },
  { network: 'WebSocket handshake without response', after1s: '1,003', after2s: '2,004', remembered: '4' },
  { network: 'WebSocket opens and is silent', after1s: '1,029', after2s: '2,005', remembered: '4' },
  {
    network: 'WebSocket refused, events held back by a proxy',
    after1s: '1,010 to 1,145',
    after2s: '2,012 to 2,056',
    remembered: '39, 51',
  },
  {
    network: 'WebSocket refused, a login page instead of events',
    after1s: '41, 61',
    after2s: '100, 144',
    remembered: '3',
  },
  { network: 'WebSocket silent, events held back', after1s: '1,019', after2s: '2,008', remembered: '4' },
  { network: 'WebSocket and events without response', after1s: '2,003', after2s: '4,005', remembered: '3' },
]
