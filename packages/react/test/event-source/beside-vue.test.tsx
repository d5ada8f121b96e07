import { json } from '@tautline/core'
import { expect, test } from 'vitest'
import { streamPages } from '../../../../test/binding-contract/support/pages.ts'
import { streamDriver as vue } from '../../../vue/test/support/driver.ts'
import { streamDriver as react } from '../support/driver.tsx'

const { server, open } = streamPages(react)

test('[share-frameworks] React and Vue components on one page share a stream, and decode it once', async () => {
  const page = open()
  const received: string[] = []
  let decoded = 0
  const plain = json()
  const codec = {
    decode(raw: string) {
      decoded++
      return plain.decode(raw)
    },
  }
  const options = (who: string) => ({
    environment: page.environment,
    method: 'POST',
    body: { prompt: 'same' },
    codec,
    onMessage: (message: unknown) => received.push(`${who} ${String(message)}`),
  })
  const inReact = page.mount('/page', options('react'))
  const inVue = vue.mount('http://server.test/page', options('vue'), {})
  await page.until(() => expect([inReact.shown.status, inVue.shown.status]).toEqual(['open', 'open']))
  server.call.send('"hello"')
  await page.until(() => expect([inReact.shown.data, inVue.shown.data]).toEqual(['hello', 'hello']))
  expect(received).toEqual(['react hello', 'vue hello'])
  expect(decoded).toBe(1)
  expect(server.calls).toHaveLength(1)
  inReact.unmount()
  await page.advance(60_000)
  expect(inVue.shown.status).toBe('open')
  inVue.unmount()
  await page.advance(1000)
  await page.until(() => expect(server.call.aborted).toBe(true))
})

test('[share-frameworks] React and Vue do not share with share: false or another body', async () => {
  const page = open()
  const { environment } = page
  const post = { environment, method: 'POST', body: { prompt: 'one' } }
  const inReact = await page.mountOpen('/page', post)
  const others = [
    vue.mount('/page', { ...post, share: false }, {}),
    vue.mount('/page', { ...post, body: { prompt: 'two' } }, {}),
  ]
  await page.until(() => expect(others.map(({ shown }) => shown.status)).toEqual(['open', 'open']))
  expect(server.calls).toHaveLength(3)
  for (const one of [...others, inReact]) one.unmount()
})
