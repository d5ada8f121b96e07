import { expect } from 'vitest'
import type { ConnectionPage } from '../support/page.ts'
import { statuses } from '../support/page.ts'
import type { ConnectionScenario } from '../support/scenario.ts'
import type { Network } from './log-server.ts'
import { threeTransports, withThree } from './three.ts'

const shows = ['status', 'transport', 'data'] as const
const settings = { shows }

type Mounted = ReturnType<ConnectionPage['mount']>

/** Publishes messages and expects that the component shows all messages of the log, each once and in order. */
async function publish(page: ConnectionPage, one: Mounted, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) page.server.log.publish(text)
  await page.until(() => expect((one.shown.data as unknown[]).slice(-texts.length)).toEqual(texts))
}

/** Mounts a component while the WebSocket does not work, and waits for the stream. */
async function mountOnStream(
  page: ConnectionPage,
  network: Network,
  events: unknown[] = [],
): Promise<Mounted> {
  page.server.log.network['web-socket'] = network
  const one = page.mount('/', withThree(page, { onTransport: (event) => events.push(event) }), settings)
  if (network !== 'refused') {
    await page.until(() => expect(page.server.log.attempts).toHaveLength(1))
    await page.advance(1999)
    expect(page.server.log.attempts).toHaveLength(1)
    await page.advance(1)
  }
  await page.until(() => expect(one.shown).toMatchObject({ status: 'open', transport: 'event-source' }))
  return one
}

const refusals = (
  [
    ['refused', 'refused'],
    ['silent', 'slow'],
    ['deaf', 'deaf'],
  ] as const
).map(([network, why]): ConnectionScenario => ({
  name: `[connection-fallback] a WebSocket that is ${network}: the stream delivers all, and status is connecting until then`,
  async run(page) {
    const events: unknown[] = []
    page.server.log.publish('early')
    const one = await mountOnStream(page, network, events)
    await publish(page, one, 'later')
    expect(one.shown.data).toEqual(['early', 'later'])
    expect(statuses(one)).toEqual(['connecting', 'open'])
    expect(events).toEqual([{ from: 'web-socket', to: 'event-source', why }])
    expect(page.server.log.attempts).toEqual(['web-socket', 'event-source'])
  },
}))

export const switching: readonly ConnectionScenario[] = [
  {
    name: '[connection-proof] begins with the first transport, and opens no other one if it works',
    async run(page) {
      const events: unknown[] = []
      const options = withThree(page, { onTransport: (event) => events.push(event) })
      const one = page.mount('/', options, settings)
      expect(one.shown).toMatchObject({ status: 'connecting', transport: undefined })
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', transport: 'web-socket' }))
      page.server.log.publish('one')
      await page.until(() => expect(one.shown.data).toEqual(['one']))
      await page.advance(60_000)
      expect(page.server.log.attempts).toEqual(['web-socket'])
      expect(events).toEqual([])
    },
  },
  ...refusals,
  {
    name: '[connection-fallback] with a stream that is held back too, the long poll delivers all',
    async run(page) {
      const { log } = page.server
      Object.assign(log.network, { 'web-socket': 'refused', 'event-source': 'deaf' })
      log.publish('early')
      const one = page.mount('/', withThree(page), settings)
      await page.until(() => expect(log.attempts).toHaveLength(2))
      await page.advance(2000)
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', transport: 'long-poll' }))
      log.publish('later')
      await page.until(() => expect(one.shown.data).toEqual(['early', 'later']))
      expect(statuses(one)).toEqual(['connecting', 'open'])
    },
  },
  {
    name: '[connection-upgrade] goes back to the WebSocket once it works, and status stays open',
    async run(page) {
      const { log } = page.server
      const events: unknown[] = []
      const one = await mountOnStream(page, 'refused', events)
      await publish(page, one, 'one', 'two')
      log.network['web-socket'] = 'works'
      await page.advance(40_000)
      await page.until(() => expect(one.shown.transport).toBe('web-socket'))
      await publish(page, one, 'three')
      expect(one.shown.data).toEqual(['one', 'two', 'three'])
      expect(statuses(one)).toEqual(['connecting', 'open'])
      expect(log.attempts).toEqual(['web-socket', 'event-source', 'web-socket 2'])
      expect(events).toMatchObject([
        { why: 'refused' },
        { from: 'event-source', to: 'web-socket', why: 'better' },
      ])
      expect(log.running).toEqual(['web-socket'])
    },
  },
  {
    name: '[connection-upgrade] a WebSocket that is still refused leaves the stream as it is, and status stays open',
    async run(page) {
      const { log } = page.server
      const one = await mountOnStream(page, 'refused')
      await page.advance(40_000)
      await page.until(() => expect(log.attempts).toEqual(['web-socket', 'event-source', 'web-socket']))
      await publish(page, one, 'one')
      expect(statuses(one)).toEqual(['connecting', 'open'])
      expect(one.shown.transport).toBe('event-source')
    },
  },
  {
    name: '[connection-lossless] nothing is lost or repeated while transports come and go',
    async run(page) {
      const { log } = page.server
      const received: unknown[] = []
      const events: unknown[] = []
      const one = page.mount(
        '/',
        withThree(page, {
          onMessage: (text) => received.push(text),
          onTransport: ({ to }) => events.push(to),
          upgrade: { after: 3000, cap: 3000 },
          retry: { delay: () => 100 },
        }),
        settings,
      )
      await page.until(() => expect(one.shown.status).toBe('open'))
      let count = 0
      const weathers = [
        { 'web-socket': 'refused', 'event-source': 'works' },
        { 'web-socket': 'works', 'event-source': 'works' },
        { 'web-socket': 'deaf', 'event-source': 'refused' },
        { 'web-socket': 'silent', 'event-source': 'works' },
        { 'web-socket': 'works', 'event-source': 'refused' },
      ] as const
      for (const weather of weathers) {
        Object.assign(log.network, weather)
        log.cut('web-socket')
        if (weather['event-source'] !== 'works') log.cut('event-source')
        for (let step = 0; step < 40; step++) {
          log.publish(String(++count))
          await page.advance(250)
        }
      }
      const all = Array.from({ length: count }, (_, index) => String(index + 1))
      await page.until(() => expect(received).toEqual(all))
      expect(one.shown.data).toEqual(all)
      expect(new Set(events)).toEqual(new Set(['web-socket', 'event-source', 'long-poll']))
    },
  },
  {
    name: '[connection-lossless] a message that two transports deliver is shown once',
    async run(page) {
      const { log } = page.server
      log.network['web-socket'] = 'refused'
      const one = page.mount('/', withThree(page, { isNext: undefined }), settings)
      await page.until(() => expect(one.shown.transport).toBe('event-source'))
      await publish(page, one, 'one')
      log.network['web-socket'] = 'unproved'
      for (let step = 0; step < 200 && log.attempts.length < 3; step++) await page.advance(250)
      expect(log.running).toEqual(['event-source', 'web-socket'])
      await publish(page, one, 'two')
      expect(one.shown.transport).toBe('event-source')
      await page.advance(100)
      await page.until(() => expect(one.shown.transport).toBe('web-socket'))
      await page.settle()
      expect(one.shown.data).toEqual(['one', 'two'])
    },
  },
  {
    name: '[connection-state] a change of the transport renders only components that read it',
    async run(page) {
      const { log } = page.server
      const reads = await mountOnStream(page, 'refused')
      const untracked = page.mount('/', withThree(page), { shows: ['status'] })
      await page.until(() => expect(untracked.shown.status).toBe('open'))
      await page.settle()
      const { length } = untracked.renders
      log.network['web-socket'] = 'works'
      await page.advance(40_000)
      await page.until(() => expect(reads.shown.transport).toBe('web-socket'))
      expect(untracked.renders).toHaveLength(length)
    },
  },
  {
    name: '[connection-memory] begins with the transport that has worked, and tries the best one soon',
    async run(page) {
      const { log } = page.server
      let remembered: { readonly name: string; readonly at: number } | undefined
      const remember = {
        read: () => remembered,
        write: (written: typeof remembered) => void (remembered = written),
      }
      log.network['web-socket'] = 'refused'
      const first = page.mount('/', withThree(page, { remember }), settings)
      await page.until(() => expect(first.shown.transport).toBe('event-source'))
      await page.advance(10_000)
      expect(remembered).toMatchObject({ name: 'event-source' })
      first.unmount()
      await page.advance(2000)
      log.network['web-socket'] = 'works'
      const tried = log.attempts.length
      const second = page.mount('/', withThree(page, { remember, transports: threeTransports() }), settings)
      await page.until(() => expect(second.shown.transport).toBe('event-source'))
      await page.advance(2000)
      await page.until(() => expect(second.shown.transport).toBe('web-socket'))
      expect(log.attempts.slice(tried)).toEqual(['event-source', 'web-socket'])
    },
  },
]
