import { expect, test, vi } from 'vitest'
import { text } from '@tautline/core'
import type { Mounted, Options } from '../support/driver.ts'
import { attemptsAt, connectionsTo, proxyUrl, strike, unique } from '../support/demo-server.ts'
import { react } from '../support/web-socket/react.tsx'
import { vue } from '../support/web-socket/vue.ts'

interface ChatMessage {
  readonly type: string
  readonly text?: string
}

/** A component that collects the messages of the room. */
function enter(driver: typeof react, address: string): Mounted & { readonly texts: readonly string[] } {
  const texts: string[] = []
  const options: Options = {
    codec: text(),
    reduce: ({ count }, newest) => ({ count: count + 1, newest }),
    initialData: { count: 0, newest: undefined },
    onMessage(message) {
      // The room's messages, in the format of the demo server.
      const { type, text = '' } = JSON.parse(message) as ChatMessage
      if (type === 'said') texts.push(text)
    },
    retry: { delay: () => 20 },
    closeDelay: 0,
  }
  return Object.assign(driver.mount(address, options), { texts })
}

const sendText = (mounted: Mounted, text: string) => mounted.send(JSON.stringify({ type: 'say', text }))
const until = (isSo: () => void | Promise<void>) => vi.waitFor(isSo, { timeout: 20_000, interval: 10 })

test('a React and a Vue component share one socket, which survives a cut and closes with the last of them', async () => {
  const target = `/chat/${unique()}?name=ann`
  const inReact = enter(react, proxyUrl + target)
  const inVue = enter(vue, proxyUrl + target)
  await until(() => expect([inReact.shown.status, inVue.shown.status]).toEqual(['open', 'open']))
  expect(await connectionsTo(target)).toHaveLength(1)

  sendText(inReact, 'from React')
  sendText(inVue, 'from Vue')
  await until(() => expect(inReact.texts).toEqual(['from React', 'from Vue']))
  await until(() => expect(inVue.texts).toEqual(['from React', 'from Vue']))

  await strike({ fault: 'reset' }, target)
  await until(() =>
    expect([inReact.statuses, inVue.statuses].map((list) => list.includes('backoff'))).toEqual([true, true]),
  )
  sendText(inVue, 'after the cut, from Vue')
  sendText(inReact, 'after the cut, from React')
  const all = ['from React', 'from Vue', 'after the cut, from Vue', 'after the cut, from React']
  await until(() => expect(inReact.texts).toEqual(all))
  await until(() => expect(inVue.texts).toEqual(all))
  expect(inReact.shown.status).toBe('open')
  expect(await attemptsAt(target)).toBe(2)

  inReact.unmount()
  sendText(inVue, 'alone now')
  await until(() => expect(inVue.texts).toEqual([...all, 'alone now']))
  expect(inReact.texts).toEqual(all)
  await until(async () => expect(await connectionsTo(target)).toHaveLength(1))
  inVue.unmount()
  await until(async () => expect(await connectionsTo(target)).toEqual([]))
})

test('a component that mounts later shows the status and the last message at once', async () => {
  const target = `/chat/${unique()}?name=bob`
  const early = enter(react, proxyUrl + target)
  sendText(early, 'before')
  await until(() => expect(early.texts).toEqual(['before']))
  const late = enter(vue, proxyUrl + target)
  await until(() => expect(late.shown.status).toBe('open'))
  // Not in the reducer, which combines only the messages since the component has mounted.
  expect(late.texts).toEqual([])
  expect(await attemptsAt(target)).toBe(1)
  sendText(late, 'and after')
  await until(() => expect([early.texts, late.texts]).toEqual([['before', 'and after'], ['and after']]))
})

test('share: false opens a connection for each component', async () => {
  const target = `/echo?test=${unique()}`
  const options: Options = {
    codec: text(),
    reduce: ({ count }, newest) => ({ count: count + 1, newest }),
    initialData: { count: 0, newest: undefined },
    share: false,
    closeDelay: 0,
  }
  const both = [react.mount(proxyUrl + target, options), vue.mount(proxyUrl + target, options)]
  await until(async () => expect(await connectionsTo(target)).toHaveLength(2))
  both[0]?.unmount()
  await until(async () => expect(await connectionsTo(target)).toHaveLength(1))
  expect(both[1]?.shown.status).toBe('open')
})
