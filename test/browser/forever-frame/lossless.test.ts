import { createLive } from '@tautline/demo-server/live-client'
import { expect, test } from 'vitest'
import { unique, url } from '../support/demo-server.ts'
import { leftNames, publishAndCut, readLog } from '../support/forever-frame/read-log.ts'

const frames = () => document.querySelectorAll('iframe').length

test('1,000 messages arrive once and in order, although the document is cut twice', async () => {
  const live = createLive(url, unique())
  const framesBefore = frames()
  const reader = readLog(`/demo-server/${new URL(url).port}`, live.name)
  await publishAndCut(live, reader, (isTrue) => expect.poll(isTrue).toBe(true))
  expect(reader.seqs).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1))
  reader.close()
  await expect.poll(async () => (await live.counts()).transports.frame.open).toBe(0)
  expect([frames(), leftNames()]).toEqual([framesBefore, []])
})
