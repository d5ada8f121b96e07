import { expect, test } from 'vitest'
import { unique, url } from '../support/demo-server.ts'
import { readThroughCuts } from '../support/forever-frame/read-log.ts'

test('[forever-frame] 1,000 messages arrive once and in order, although the document is cut twice', async () => {
  const frameServer = `/demo-server/${new URL(url).port}`
  const report = await readThroughCuts({ server: url, frameServer, name: unique() }, (isTrue) =>
    expect.poll(isTrue).toBe(true),
  )
  expect(report).toMatchObject({ problems: [], messages: 1_000 })
  expect(report.switches[0]).toBe('web-socket to forever-frame: refused')
})
