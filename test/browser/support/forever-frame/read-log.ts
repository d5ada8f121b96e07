import type { Live } from '@tautline/demo-server/live-client'
import { foreverFrameTransport } from '../../../../packages/core/src/forever-frame/transport.ts'

/** What a reader has received, and why its documents ended. */
export interface LogReader {
  readonly seqs: readonly number[]
  readonly ends: readonly ('ended' | 'silent')[]
  close(): void
}

/**
 * Reads a live log of the demo server through hidden iframes. After the end of a document, or a second without a call, a
 * new one begins after the last message.
 *
 * @param server the path of the demo server under the origin of the page
 */
export function readLog(server: string, name: string): LogReader {
  const seqs: number[] = []
  const ends: ('ended' | 'silent')[] = []
  let cursor = '0'
  let timer: ReturnType<typeof setTimeout> | undefined
  let handle: { close(): void } | undefined

  function connect(): void {
    restartTimer()
    const url = new URL(`${server}/live/${name}/frame?heartbeat=100&after=${cursor}`, location.href)
    handle = foreverFrameTransport(
      { url, callbackParameter: 'callback', signal: new AbortController().signal },
      {
        opened: restartTimer,
        activity: restartTimer,
        message(raw, id = '') {
          restartTimer()
          seqs.push(JSON.parse(raw).seq)
          cursor = id
        },
        ended: () => reconnect('ended'),
        provedUseful: () => undefined,
        cursor: () => undefined,
        serverDelay: () => undefined,
      },
    )
  }
  function reconnect(why: 'ended' | 'silent'): void {
    ends.push(why)
    handle?.close()
    connect()
  }
  function restartTimer(): void {
    clearTimeout(timer)
    timer = setTimeout(() => reconnect('silent'), 1_000)
  }

  connect()
  return {
    seqs,
    ends,
    close() {
      clearTimeout(timer)
      handle?.close()
    },
  }
}

/** Publishes 1,000 messages, and cuts the document twice meanwhile. Waits until each cut is noticed, and for the last message. */
export async function publishAndCut(
  live: Live,
  { seqs, ends }: LogReader,
  until: (isTrue: () => boolean) => Promise<unknown>,
): Promise<void> {
  for (const count of [300, 300, 400]) {
    const { first, last } = await live.publish(count, { rate: 500 })
    await until(() => seqs.includes(first + 100))
    if (last < 1_000) {
      const cuts = ends.length
      await live.fault('frame', 'cut')
      await until(() => ends.length > cuts)
    }
    await until(() => seqs.includes(last))
  }
}

/** The names of the functions that transports have left in the page. */
export const leftNames = (): readonly string[] =>
  Reflect.ownKeys(window)
    .map(String)
    .filter((name) => name.startsWith('tautline'))
