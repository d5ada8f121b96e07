import { createLive, type LiveFaultKind } from '@tautline/demo-server/live-client'
import { expect, test } from 'vitest'
import type { Outcome } from '../../../packages/core/src/shared/outcome.ts'
import { foreverFrameTransport } from '../../../packages/core/src/forever-frame/transport.ts'
import { unique, url } from '../support/demo-server.ts'

const sameOrigin = `/demo-server/${new URL(url).port}`

function open(path: string) {
  const events: unknown[] = []
  const outcomes: Outcome[] = []
  const handle = foreverFrameTransport(
    {
      url: new URL(path, location.href),
      callbackParameter: 'callback',
      signal: new AbortController().signal,
    },
    {
      opened: () => void events.push('opened'),
      activity: () => void events.push('activity'),
      message: (raw, id) => void events.push([JSON.parse(raw).text, id]),
      ended: (outcome) => void outcomes.push(outcome),
      provedUseful: () => undefined,
      cursor: () => undefined,
      serverDelay: () => undefined,
    },
  )
  return { handle, events, outcomes }
}

const openLog = (name: string, query = '') => open(`${sameOrigin}/live/${name}/frame?heartbeat=60000${query}`)
const frameOf = () => [...document.querySelectorAll('iframe')].at(-1)
const messageOf = (outcome: Outcome | undefined) =>
  outcome && 'error' in outcome ? outcome.error?.message : ''

test('several logs at once, and the document of each does not grow', async () => {
  const logs = [createLive(url, unique()), createLive(url, unique())]
  const readers = logs.map(({ name }) => openLog(name))
  for (const [index, log] of logs.entries()) await log.publish(50 + index)
  await expect.poll(() => readers.map(({ events }) => events.length)).toEqual([52, 53])
  for (const { events } of readers) {
    expect(events.slice(0, 3)).toEqual(['opened', 'activity', ['message 1', '1']])
    expect(events.at(-1)).toEqual([`message ${events.length - 2}`, String(events.length - 2)])
  }
  expect(frameOf()?.contentDocument?.scripts.length).toBe(0)
  for (const { handle } of readers) handle.close()
  await expect.poll(async () => (await logs[0]?.counts())?.transports.frame.open).toBe(0)
})

test('a text of a message cannot end its script', async () => {
  const live = createLive(url, unique())
  await fetch(live.url, { method: 'POST', body: JSON.stringify({ text: '</script><!--\u2028"\\' }) })
  const { events, handle } = openLog(live.name)
  await expect.poll(() => events.at(-1)).toEqual(['</script><!--\u2028"\\', '1'])
  handle.close()
})

test.each<[LiveFaultKind, string]>([
  ['refused', 'has called no function'],
  ['portal', 'login page'],
  ['down', 'could not be loaded'],
])('a document that is %s is a failure', async (fault, text) => {
  const live = createLive(url, unique())
  await live.fault('frame', fault)
  const { events, outcomes } = openLog(live.name)
  await expect.poll(() => outcomes.length).toBe(1)
  expect(outcomes[0]).toMatchObject({ kind: 'retryable', error: { code: 'connect-failed' } })
  expect(messageOf(outcomes[0])).toContain(text)
  expect(events).toEqual([])
})

test('the end of the document is the end of the connection', async () => {
  const live = createLive(url, unique())
  await live.fault('frame', 'closes')
  const { events, outcomes } = openLog(live.name)
  await expect.poll(() => outcomes.length).toBe(1)
  expect(outcomes[0]).toMatchObject({ kind: 'retryable', error: { code: 'closed', wasClean: true } })
  expect(events).toEqual(['opened', 'activity'])
})

test.each<LiveFaultKind>(['unanswered', 'held-back'])(
  'a document that is %s opens nothing, and close() aborts its request',
  async (fault) => {
    const live = createLive(url, unique())
    await live.fault('frame', fault)
    const { events, handle } = openLog(live.name)
    await expect.poll(async () => (await live.counts()).transports.frame.open).toBe(1)
    expect(events).toEqual([])
    handle.close()
    await expect.poll(async () => (await live.counts()).transports.frame.open).toBe(0)
  },
)

test('a server of another origin is refused without a request', async () => {
  const live = createLive(url, unique())
  const { outcomes } = open(`${live.frameUrl}?after=0`)
  expect(outcomes).toEqual([{ kind: 'fatal', error: expect.objectContaining({ code: 'bad-url' }) }])
  expect((await live.counts()).transports.frame.requests).toBe(0)
})
