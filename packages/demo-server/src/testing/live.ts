import { until } from './until.ts'
import { createLive, type Live } from '../live-client.ts'
import { type DemoServer } from '../demo-server.ts'
import { connectTo, openClient } from './client.ts'
import { openStream } from './streams.ts'

let made = 0

/** A live log that no other test uses, with clients for it. */
export function liveOf({ url }: DemoServer) {
  const live = createLive(url, `log-${(made += 1)}`)
  return {
    live,
    socket: (query = '') => connectTo(`${live.url}${query}`),
    socketNow: (query = '') => openClient(`${live.url}${query}`),
    events: (query = '', headers: Readonly<Record<string, string>> = {}) =>
      openStream(`${live.url}${query}`, { headers: { Accept: 'text/event-stream', ...headers } }),
    frame: (query = '') => openStream(`${live.frameUrl}?callback=receive${query}`),
    poll: (query = '') => fetch(`${live.url}${query}`),
    post: (body: object, headers: Readonly<Record<string, string>> = {}) =>
      fetch(live.url, { method: 'POST', body: JSON.stringify(body), headers }),
  }
}

/** Waits until the counts of the log fit. */
export const untilCounts = (
  live: Live,
  fits: (counts: Awaited<ReturnType<Live['counts']>>) => boolean,
): Promise<void> => until(async () => fits(await live.counts()))
