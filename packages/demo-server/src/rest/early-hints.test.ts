import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { poll } from '../testing/polls.ts'
import { TIMINGS_SCRIPT } from './early-hints-timings.ts'
import { connectSecurely, type SecureClient } from '../testing/secure-client.ts'

const pageScript = 'document.title = "seen"\n'

let server: DemoServer
let client: SecureClient
beforeAll(async () => {
  server = await startDemoServer({ pageScript })
})
beforeEach(() => {
  client = connectSecurely(server)
})
afterEach(() => client.close())
afterAll(() => server.close())

/** The heads in the order of arrival, and the body. */
async function load(path: string): Promise<{ heads: readonly [number, unknown][]; text: string }> {
  const stream = client.session.request({ ':path': path })
  const heads: [number, unknown][] = []
  stream.on('headers', (head) => heads.push([Number(head[':status']), head['link']]))
  const [head] = await once(stream, 'response')
  heads.push([Number(head[':status']), head['link']])
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return { heads, text }
}

test('sends the hint before the page, for a cacheable resource', async () => {
  const { heads, text } = await load('/early-hints')
  const target = '/users?limit=10&cache=max-age%3D60'
  expect(heads).toEqual([
    [103, `<${target}>; rel=preload; as=fetch; crossorigin`],
    [200, undefined],
  ])
  expect(text).toContain('<script type="module" src="/early-hints/script.js"></script>')
  expect(text).toContain('data-preload="/users?limit=10&amp;cache=max-age%3D60"')
  expect(text).toContain('data-load="/users?limit=10&amp;cache=max-age%3D60"')
  const hinted = await client.open(target)
  expect([hinted.status, hinted.headers['cache-control']]).toEqual([200, 'max-age=60'])
})

test('sends a hint for any path', async () => {
  const preload = '/documents/100?cache=max-age%3D5'
  const { heads } = await load(`/early-hints?wait=0&preload=${encodeURIComponent(preload)}`)
  expect(heads[0]).toEqual([103, `<${preload}>; rel=preload; as=fetch; crossorigin`])
})

test('the page runs the script that the test gives', async () => {
  const script = await client.open('/early-hints/script.js')
  expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8')
  expect(await script.text()).toBe(pageScript)
})

test('sends no hint over HTTP/1.1', async () => {
  const { status, text } = await poll(`${server.url}/early-hints?wait=0`)
  expect(status).toBe(200)
  expect(text).toMatch(/^<!doctype html>/)
})

test('without a script of its own, the page sends its times to the page that opened it', async () => {
  const bare = await startDemoServer()
  onTestFinished(() => bare.close())
  expect((await poll(`${bare.url}/early-hints/script.js`)).text).toBe(TIMINGS_SCRIPT)
})

test.each(['preload=users', 'data=users', 'preload=/%22', 'preload=/%3E', 'preload=/%0A', 'wait=-1'])(
  '%s is refused',
  async (query) => {
    const response = await client.open(`/early-hints?${query}`)
    expect(response.status).toBe(400)
  },
)
