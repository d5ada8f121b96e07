import { json } from '@tautline/core'
import { expect, test } from 'vitest'
import { longPollKind } from '../../../../test/binding-contract/long-poll/kind.ts'
import { pollPages } from '../../../../test/binding-contract/support/pages.ts'
import { pollDriver as vue } from '../../../vue/test/support/driver.ts'
import { pollDriver as react } from '../support/driver.tsx'

const { server, open } = pollPages(react)

test('[share-frameworks] React and Vue components on one page share one sequence of requests, and decode each response once', async () => {
  const page = open()
  const received: string[] = []
  let decoded = 0
  const plain = json()
  const codec = {
    decode(raw: string | ArrayBuffer | Blob) {
      decoded++
      return plain.decode(raw)
    },
  }
  const options = (who: string) => ({
    ...longPollKind.plain,
    environment: page.environment,
    method: 'POST',
    body: { room: 'same' },
    codec,
    onMessage: (message: unknown) => received.push(`${who} ${String(message)}`),
  })
  const inReact = page.mount('/page', options('react'))
  const inVue = vue.mount('http://server.test/page', options('vue'), {})
  await page.until(() => expect([inReact.shown.status, inVue.shown.status]).toEqual(['open', 'open']))
  server.connection.send('"hello"')
  await page.until(() => expect([inReact.shown.data, inVue.shown.data]).toEqual(['hello', 'hello']))
  expect(received).toEqual(['react hello', 'vue hello'])
  expect(decoded).toBe(1)
  expect(server.connections).toHaveLength(1)
  expect(server.maxParallel).toBe(1)
  inReact.unmount()
  await page.advance(60_000)
  expect(inVue.shown.status).toBe('open')
  server.connection.send('"still"')
  await page.until(() => expect(inVue.shown.data).toBe('still'))
  await page.until(() => expect(server.call.since).toBe('2'))
  inVue.unmount()
  await page.advance(1000)
  await page.until(() => expect(server.connection.outcome).toBe('left'))
  expect(server.connections).toHaveLength(1)
})

test('[share-frameworks] React and Vue do not share with share: false or another body', async () => {
  const page = open()
  const { environment } = page
  const post = { ...longPollKind.plain, environment, method: 'POST', body: { room: 'one' } }
  const inReact = await page.mountOpen('/page', post)
  const others = [
    vue.mount('/page', { ...post, share: false }, {}),
    vue.mount('/page', { ...post, body: { room: 'two' } }, {}),
  ]
  await page.until(() => expect(others.map(({ shown }) => shown.status)).toEqual(['open', 'open']))
  expect(server.connections).toHaveLength(3)
  for (const one of [...others, inReact]) one.unmount()
})
