import { describe, expect, test } from 'vitest'
import { until, upTo } from '../../server/support/event-source/stream.ts'
import {
  completionRequest,
  completionText,
  tokens,
  type Chunk,
} from '../../server/support/event-source/tokens.ts'
import { completionsOf, newsOf } from '../../server/support/environment-harness.ts'
import { react, strictReact } from '../support/event-source/react.tsx'
import type { StreamDriver, StreamOptions } from '../support/event-source/driver.ts'
import { vue } from '../support/event-source/vue.ts'
import { stormHarness, harness } from '../support/environments.ts'

const options: StreamOptions = {
  reduce: ({ count }, newest) => ({ count: count + 1, newest }),
  initialData: { count: 0, newest: undefined },
  retry: { delay: () => 5 },
  closeDelay: 0,
}

/** The number of an item of news. */
const seqOf = (message: string): number => (JSON.parse(message) as { readonly seq: number }).seq

describe.each<StreamDriver>([react, strictReact, vue])('$name', ({ name, mount }) => {
  test('[status] [unmount] opens one stream, shows the messages, and leaves no request behind', async () => {
    const stream = harness.unique()
    await harness.publish(stream, 'The only one')
    const target = `/news?stream=${stream}&rate=0&replay=1`
    const mounted = mount(harness.url + target, options)
    await until(() => expect(mounted.text).toMatch(/^open: 1, \{"seq":1,.*The only one/))
    expect(mounted.statuses).toEqual(['connecting', 'open'])
    expect((await newsOf(harness, stream)).live).toBe(1)

    mounted.unmount()
    await until(async () => expect((await newsOf(harness, stream)).live).toBe(0))
    expect(await harness.outcomesOf(target)).toEqual(['accepted'])
  })

  test('[url-change] a new URL ends the old stream and requests the new one; null ends it', async () => {
    const [first, second] = [harness.unique(), harness.unique()]
    const target = (stream: string) => `/news?stream=${stream}&rate=100`
    const mounted = mount(harness.url + target(first), options)
    await until(() => expect(mounted.shown.data.count).toBeGreaterThan(0))

    mounted.setUrl(harness.url + target(second))
    await until(async () => expect((await newsOf(harness, first)).live).toBe(0))
    await until(async () => expect((await newsOf(harness, second)).live).toBe(1))
    expect(await harness.outcomesOf(target(second))).toEqual(['accepted'])

    mounted.setUrl(null)
    await until(async () => expect((await newsOf(harness, second)).live).toBe(0))
    await until(() => expect(mounted.shown.status).toBe('idle'))
  })

  test('[retry-delays] [event-stream-responses] every event of a stream that is cut fifty times is delivered once, and the end is shown', async () => {
    const last = 520
    const target = `/news?stream=${stormHarness.unique()}&rate=20000&last=${last}`
    await stormHarness.addFault({ fault: 'cut', afterEvents: 10, bytes: 9, match: target, count: 50 })
    const seen: number[] = []
    const mounted = mount(stormHarness.url + target, {
      ...options,
      retry: { delay: () => 0 },
      resume: 'query',
      lastEventId: '0',
      onMessage: (message) => void seen.push(seqOf(message)),
    })
    await until(() => expect(mounted.shown.status).toBe('closed'))
    expect(seen).toEqual(upTo(last))
    expect(mounted.text).toMatch(new RegExp(`^closed: ${last}, \\{"seq":${last},`))
    expect(mounted.shown.error).toBe(undefined)
  })

  test('[bfcache] a page in the back/forward cache has no stream, and resumes it when the page is restored', async () => {
    const stream = harness.unique()
    const seen: number[] = []
    const mounted = mount(`${harness.url}/news?stream=${stream}&rate=200`, {
      ...options,
      lastEventId: '0',
      onMessage: (message) => void seen.push(seqOf(message)),
    })
    await until(() => expect(seen.length).toBeGreaterThan(3))

    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
    await until(() => expect(mounted.shown).toMatchObject({ status: 'backoff', waitingFor: 'page' }))
    await until(async () => expect((await newsOf(harness, stream)).live).toBe(0))
    const away = seen.length

    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    await until(() => expect(seen.length).toBeGreaterThan(away + 3))
    expect(seen).toEqual(upTo(seen.length))
  })

  test('[token-stream] tokens are appended to a text; unmounting in the middle stops the server’s work', async () => {
    const { target, key, options: completion } = completionRequest(harness, 'rate=300&tokens=100000')
    const { codec: _, reduce: __, ...request } = completion
    const textOptions: StreamOptions = {
      ...options,
      ...request,
      reduce: ({ count, newest = '' }, message) => ({
        count: count + 1,
        // The format of OpenAI.
        newest: newest + (tokens(JSON.parse(message) as Chunk) ?? ''),
      }),
    }
    const mounted = mount(harness.url + target, textOptions)
    await until(() => expect(mounted.shown.data.count).toBeGreaterThan(10))
    const { count, newest } = mounted.shown.data
    // The first chunk has the role, and no text.
    expect(newest).toBe((await completionText(harness, count - 1)).content)
    mounted.unmount()
    await until(async () => expect(await completionsOf(harness, key)).toMatchObject([{ ended: 'aborted' }]))
    expect(await harness.outcomesOf(target)).toEqual(['accepted'])
  })

  test('[every-message] 20,000 events at once: each is delivered once, with at most one render per frame', async () => {
    let received = 0
    let gaps = 0
    let frames = 0
    let done = false
    const frame = () => {
      frames += 1
      if (!done) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
    const mounted = mount(`${harness.url}/flood?bytes=1500000&test=${harness.unique()}`, {
      ...options,
      until: ({ event }) => event === 'end',
      reduce: ({ count }, _, { id }) => {
        if (Number(id) !== count) gaps += 1
        return { count: count + 1, newest: id }
      },
      onMessage: () => void (received += 1),
    })
    await until(() => expect(mounted.shown.status).toBe('closed'))
    done = true
    expect(received).toBeGreaterThan(20_000)
    expect(mounted.shown.data.count).toBe(received)
    expect(Number(mounted.shown.data.newest)).toBe(mounted.shown.data.count - 1)
    expect(gaps).toBe(0)
    // Three more renders for the statuses: connecting, open and closed. StrictMode renders everything twice.
    const factor = name === strictReact.name ? 2 : 1
    expect(mounted.renders).toBeLessThanOrEqual((frames + 3) * factor)
  })
})

test('[share-frameworks] a React and a Vue component on one page share one stream, which ends with the last of them', async () => {
  const stream = harness.unique()
  const target = `/news?stream=${stream}&rate=0&replay=1`
  await harness.publish(stream, 'before both')
  const inReact = react.mount(harness.url + target, options)
  await until(() => expect(inReact.text).toMatch(/^open: 1, .*before both/))
  const inVue = vue.mount(harness.url + target, options)
  await until(() => expect(inVue.shown.status).toBe('open'))
  expect((await newsOf(harness, stream)).live).toBe(1)

  await harness.publish(stream, 'for both')
  await until(() =>
    expect([inReact.text, inVue.text]).toEqual([
      expect.stringMatching(/^open: 2, .*for both/),
      expect.stringMatching(/^open: 1, .*for both/),
    ]),
  )
  inReact.unmount()
  await harness.publish(stream, 'for one')
  await until(() => expect(inVue.text).toMatch(/^open: 2, .*for one/))
  inVue.unmount()
  await until(async () => expect((await newsOf(harness, stream)).live).toBe(0))
  expect(await harness.outcomesOf(target)).toEqual(['accepted'])
})
