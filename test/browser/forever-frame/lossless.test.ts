import { createLive } from '@tautline/demo-server/live-client'
import { expect, test } from 'vitest'
import { foreverFrameTransport } from '../../../packages/core/src/forever-frame/transport.ts'
import { unique, url } from '../support/demo-server.ts'

/** The demo server under the origin of this page. */
const sameOrigin = `/demo-server/${new URL(url).port}`

/** Reads a live log through hidden iframes: after an end or a silence, a new one begins after the last message. */
function readLog(name: string, silence = 1_000) {
  const seqs: number[] = []
  const ends: string[] = []
  let cursor = '0'
  let timer: ReturnType<typeof setTimeout> | undefined
  let handle: { close(): void } | undefined

  function connect(): void {
    restartTimer()
    handle = foreverFrameTransport(
      {
        url: new URL(`${sameOrigin}/live/${name}/frame?heartbeat=100&after=${cursor}`, location.href),
        callbackParameter: 'callback',
        signal: new AbortController().signal,
      },
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
  function reconnect(why: string): void {
    ends.push(why)
    handle?.close()
    connect()
  }
  function restartTimer(): void {
    clearTimeout(timer)
    timer = setTimeout(() => reconnect('silent'), silence)
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

const frames = () => document.querySelectorAll('iframe').length
const globalNames = () => Reflect.ownKeys(window).filter((name) => String(name).startsWith('tautline'))

test('1,000 messages arrive once and in order, although the document is cut twice', async () => {
  const live = createLive(url, unique())
  const framesBefore = frames()
  const reader = readLog(live.name)
  await live.publish(1_000, { rate: 500 })
  await expect.poll(() => reader.seqs.length).toBeGreaterThan(200)
  await live.fault('frame', 'cut')
  const cutAt = reader.seqs.length
  await expect.poll(() => reader.seqs.length).toBeGreaterThan(cutAt + 100)
  await live.fault('frame', 'cut')
  await expect.poll(() => reader.seqs.length).toBe(1_000)
  expect(reader.seqs).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1))
  expect(reader.ends.length).toBeGreaterThanOrEqual(2)
  reader.close()
  await expect.poll(async () => (await live.counts()).transports.frame.open).toBe(0)
  expect([frames(), globalNames()]).toEqual([framesBefore, []])
})
