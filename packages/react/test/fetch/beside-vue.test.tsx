import { json } from '@tautline/core'
import { expect, test } from 'vitest'
import { fetchPages } from '../../../../test/binding-contract/fetch/page.ts'
import { fetchDriver as vue } from '../../../vue/test/support/driver.ts'
import { fetchDriver as react } from '../support/driver.tsx'

const { server, open } = fetchPages(react)

test('[share-frameworks] React and Vue components on one page share a request, decode its response once, and show the same object', async () => {
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
    environment: page.environment,
    codec,
    onMessage: (message: unknown) => received.push(`${who} ${JSON.stringify(message)}`),
  })
  const inReact = page.mount('/page', options('react'))
  const inVue = vue.mount('http://server.test/page', options('vue'), {})
  await page.respond({ n: 1 })
  await page.until(() => expect([inReact.shown.status, inVue.shown.status]).toEqual(['success', 'success']))
  expect(inVue.shown.data).toBe(inReact.shown.data)
  expect(received).toEqual(['react {"n":1}', 'vue {"n":1}'])
  expect(decoded).toBe(1)
  inVue.mutate({ n: 2 })
  await page.until(() => expect([inReact.shown.data, inVue.shown.data]).toEqual([{ n: 2 }, { n: 2 }]))
  void inReact.refetch()
  await page.until(() => expect(server.calls).toHaveLength(2))
  inReact.unmount()
  await page.settle()
  expect(page.requested).toEqual(['GET /page', 'GET /page'])
  inVue.unmount()
  await page.until(() => expect(server.unfinished).toEqual([]))
})

test('[share-frameworks] React and Vue do not share with share: false or another body', async () => {
  const page = open()
  const query = { environment: page.environment, method: 'QUERY', json: { q: 1 } }
  const inReact = page.mount('/page', query)
  const others = [
    vue.mount('/page', { ...query, share: false }, {}),
    vue.mount('/page', { ...query, json: { q: 2 } }, {}),
  ]
  await page.until(() => expect(server.calls).toHaveLength(3))
  for (const [index, call] of server.calls.entries()) call.respond(index)
  await page.until(() =>
    expect(new Set([inReact, ...others].map(({ shown }) => shown.data))).toEqual(new Set([0, 1, 2])),
  )
  for (const one of others) one.unmount()
})
