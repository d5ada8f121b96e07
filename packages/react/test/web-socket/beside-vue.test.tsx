import { expect, test } from 'vitest'
import { socketPages } from '../../../../test/binding-contract/support/pages.ts'
import { socketDriver as vue } from '../../../vue/test/support/driver.ts'
import { socketDriver as react } from '../support/driver.tsx'

const { server, open } = socketPages(react)

test('[share-frameworks] React and Vue components on one page share a connection', async () => {
  const page = open()
  const received: string[] = []
  const options = (who: string) => ({
    environment: page.environment,
    onMessage: (message: unknown) => received.push(`${who} ${String(message)}`),
  })
  const inReact = page.mount('/page', options('react'))
  const inVue = vue.mount('ws://server.test/page', options('vue'), {})
  await page.until(() => expect([inReact.shown.status, inVue.shown.status]).toEqual(['open', 'open']))
  server.peer.send('hello')
  await page.until(() => expect([inReact.shown.data, inVue.shown.data]).toEqual(['hello', 'hello']))
  expect(received).toEqual(['react hello', 'vue hello'])
  expect(server.peers).toHaveLength(1)
  inReact.unmount()
  await page.advance(60_000)
  expect(inVue.shown.status).toBe('open')
  inVue.unmount()
  await page.advance(1000)
  expect(server.peer.closed).toMatchObject({ code: 1000 })
})

test('[share-frameworks] React and Vue do not share with share: false', async () => {
  const page = open()
  const { environment } = page
  const inReact = await page.mountOpen('/page')
  const inVue = vue.mount('/page', { environment, share: false }, {})
  await page.until(() => expect(inVue.shown.status).toBe('open'))
  expect(server.peers).toHaveLength(2)
  inVue.unmount()
  inReact.unmount()
})
