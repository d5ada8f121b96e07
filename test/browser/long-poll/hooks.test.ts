import { query } from '@tautline/core'
import { describe, expect, test } from 'vitest'
import { couch } from '../../server/support/long-poll/dialects.ts'
import {
  countsOf,
  isHeld,
  leftToStrike,
  publish,
  textsBetween,
} from '../../server/support/long-poll/polls.ts'
import { brisk, until } from '../../server/support/event-source/stream.ts'
import type { PollDriver, PollOptions } from '../support/long-poll/driver.ts'
import { react, strictReact } from '../support/long-poll/react.tsx'
import { vue } from '../support/long-poll/vue.ts'
import { stormHarness, harness } from '../support/environments.ts'

const options: PollOptions = {
  ...brisk,
  cursor: query('since', (body) => body.last_seq),
  messages: ({ results }) => results.map(couch.textOf),
  reduce: ({ count }, newest) => ({ count: count + 1, newest }),
  initialData: { count: 0, newest: undefined },
}

const optionsRecording = (seen: string[]): PollOptions => ({
  ...options,
  onMessage: (text) => void seen.push(text),
})

/** The number of requests of this log's readers that are in flight. */
const inFlight = async (log: string) => (await countsOf(harness, log)).inFlight

describe.each<PollDriver>([react, strictReact, vue])('$name', ({ name, mount }) => {
  test('[status] [unmount] shows the messages, holds one request, and leaves none behind', async () => {
    const log = harness.unique()
    await publish(harness, log, textsBetween(1, 2))
    const mounted = mount(harness.url + couch.target(log), options)
    await until(() => expect(mounted.text).toBe('open: 2, message 2'))
    expect(mounted.statuses).toEqual(['connecting', 'open'])
    await isHeld(harness, log)
    expect(await countsOf(harness, log)).toMatchObject({ requests: 2, inFlight: 1, mostInFlight: 1 })

    mounted.unmount()
    await until(async () => expect(await inFlight(log)).toBe(0))
    expect((await countsOf(harness, log)).requests).toBe(2)
  })

  test('[status] opens after the server has held the first request, even without a message', async () => {
    const log = harness.unique()
    const mounted = mount(harness.url + couch.target(log), options)
    await isHeld(harness, log)
    await until(() => expect(mounted.text).toBe('open: 0, nothing yet'))
    await publish(harness, log, ['message 1'])
    await until(() => expect(mounted.text).toBe('open: 1, message 1'))
    expect((await countsOf(harness, log)).mostInFlight).toBe(1)
  })

  test('[url-change] a new URL aborts the old request and requests the new one; null aborts it too', async () => {
    const [first, second] = [harness.unique(), harness.unique()]
    for (const log of [first, second]) await publish(harness, log, [`in ${log}`])
    const mounted = mount(harness.url + couch.target(first), options)
    await until(() => expect(mounted.text).toBe(`open: 1, in ${first}`))
    await isHeld(harness, first)

    mounted.setUrl(harness.url + couch.target(second))
    await until(() => expect(mounted.text).toBe(`open: 1, in ${second}`))
    await isHeld(harness, second)
    await until(async () => expect(await inFlight(first)).toBe(0))

    mounted.setUrl(null)
    await until(async () => expect(await inFlight(second)).toBe(0))
    await until(() => expect(mounted.shown.status).toBe('idle'))
  })

  test('[poll-sequence] [cursor] every message of a log is delivered once and in order, although responses are lost, cut and refused', async () => {
    const log = stormHarness.unique()
    const target = couch.target(log)
    const seen: string[] = []
    const mounted = mount(stormHarness.url + target, optionsRecording(seen))
    const faults = [
      { fault: 'lose' },
      { fault: 'cut', bytes: 5 },
      { fault: 'refuse', status: 503 },
      { fault: 'empty' },
    ] as const
    for (let round = 0; round < 20; round++) {
      await isHeld(stormHarness, log)
      await stormHarness.addFault({
        match: target,
        count: 1,
        ...(faults[round % faults.length] ?? faults[0]),
      })
      await publish(stormHarness, log, textsBetween(3 * round + 1, 3 * round + 3))
      await until(() => expect(seen.length).toBe(3 * round + 3))
    }
    expect(seen).toEqual(textsBetween(1, 60))
    await until(() => expect(mounted.text).toBe('open: 60, message 60'))
    expect(await leftToStrike(stormHarness, target)).toBeLessThan(3)
    expect((await countsOf(stormHarness, log)).mostInFlight).toBe(1)
  })

  test('[bfcache] a page in the back/forward cache has no request, and resumes when the page is restored', async () => {
    const log = harness.unique()
    const seen: string[] = []
    await publish(harness, log, textsBetween(1, 2))
    const mounted = mount(harness.url + couch.target(log), optionsRecording(seen))
    await until(() => expect(seen).toHaveLength(2))
    await isHeld(harness, log)

    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
    await until(() => expect(mounted.shown).toMatchObject({ status: 'backoff', waitingFor: 'page' }))
    await until(async () => expect(await inFlight(log)).toBe(0))
    await publish(harness, log, textsBetween(3, 4))

    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    await until(() => expect(mounted.text).toBe('open: 4, message 4'))
    expect(seen).toEqual(textsBetween(1, 4))
  })

  test('[every-message] 10,000 stored messages: each is delivered once, with at most one render per frame', async () => {
    const log = harness.unique()
    for (let first = 1; first < 10_000; first += 1000)
      await publish(harness, log, textsBetween(first, first + 999))
    const seen: string[] = []
    let frames = 0
    let done = false
    const frame = () => {
      frames += 1
      if (!done) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
    const mounted = mount(harness.url + couch.target(log), optionsRecording(seen))
    await until(() => expect(mounted.text).toBe('open: 10000, message 10000'))
    done = true
    expect(seen).toEqual(textsBetween(1, 10_000))
    // Two more renders for the statuses: connecting and open. StrictMode renders everything twice.
    const factor = name === strictReact.name ? 2 : 1
    expect(mounted.renders).toBeLessThanOrEqual((frames + 2) * factor)
  })
})

test('[share-frameworks] a React and a Vue component on one page share one sequence of requests, which ends with the last of them', async () => {
  const log = harness.unique()
  const url = harness.url + couch.target(log)
  await publish(harness, log, ['before both'])
  const inReact = react.mount(url, options)
  await until(() => expect(inReact.text).toBe('open: 1, before both'))
  const inVue = vue.mount(url, options)
  await until(() => expect(inVue.shown.status).toBe('open'))
  await isHeld(harness, log)

  await publish(harness, log, ['for both'])
  await until(() => expect([inReact.text, inVue.text]).toEqual(['open: 2, for both', 'open: 1, for both']))
  inReact.unmount()
  await isHeld(harness, log)
  await publish(harness, log, ['for one'])
  await until(() => expect(inVue.text).toBe('open: 2, for one'))
  await isHeld(harness, log)
  expect(await countsOf(harness, log)).toMatchObject({ requests: 4, inFlight: 1, mostInFlight: 1 })
  inVue.unmount()
  await until(async () => expect(await inFlight(log)).toBe(0))
})
