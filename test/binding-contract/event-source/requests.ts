import { concat, json } from '@tautline/core'
import { expect } from 'vitest'
import type { StreamOptions } from '../support/driver.ts'
import { refusal } from './server.ts'
import { statuses } from '../support/page.ts'
import type { StreamScenario } from '../support/scenario.ts'

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[]
}

/** The events of a completion. */
const tokens = (...pieces: string[]) =>
  pieces.map((content) => JSON.stringify({ choices: [{ delta: { content } }] }))

/** Inline options for a completion. */
const completion = (prompt: string): StreamOptions => ({
  method: 'POST',
  headers: { authorization: 'Bearer secret' },
  body: { prompt, stream: true },
  codec: json<Chunk>(),
  // The type of the messages is unknown to `StreamOptions`.
  reduce: concat({ pick: (chunk: Chunk) => chunk.choices[0]?.delta.content }) as StreamOptions['reduce'],
  until: ({ data }) => data === '[DONE]',
})

export const requests: readonly StreamScenario[] = [
  {
    name: '[stream-completion] a POST carries its headers, and a plain object as JSON',
    async run(page) {
      await page.mountOpen('/post', { method: 'post', body: { a: [1] }, headers: { 'x-own': 'mine' } })
      const { method, headers, body } = page.server.call
      expect([method, body]).toEqual(['POST', '{"a":[1]}'])
      expect(['content-type', 'x-own', 'accept'].map((name) => headers.get(name))).toEqual([
        'application/json',
        'mine',
        'text/event-stream',
      ])
    },
  },
  {
    name: '[stream-completion] other bodies are sent as by fetch, and given headers have priority',
    async run(page) {
      const method = 'POST'
      await page.mountOpen('/form', { method, body: new URLSearchParams({ q: 'a b' }) })
      expect(page.server.call.body).toBe('q=a+b')
      expect(page.server.call.headers.get('content-type')).toContain('application/x-www-form-urlencoded')
      await page.mountOpen('/text', { method: 'QUERY', body: 'select', headers: [['content-type', 'x/sql']] })
      expect(page.server.call).toMatchObject({ method: 'QUERY', body: 'select' })
      expect(page.server.call.headers.get('content-type')).toBe('x/sql')
      await page.mountOpen('/bytes', { method, body: Uint8Array.of(104, 105), headers: { accept: 'x/y' } })
      expect(page.server.call.body).toBe('hi')
      expect(page.server.call.headers.get('accept')).toBe('x/y')
    },
  },
  {
    name: '[stream-completion] a POST stream that ends is complete and is not sent again',
    async run(page) {
      const retries: unknown[] = []
      const one = await page.mountOpen('/post', { method: 'POST', onRetry: (event) => retries.push(event) })
      page.server.call.send('all of it')
      page.server.call.end()
      await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', data: 'all of it' }))
      expect(one.shown).toMatchObject({ closed: { by: 'complete' }, error: undefined })
      expect(page.timers).toBe(0)
      await page.advance(3_600_000)
      expect(page.server.calls).toHaveLength(1)
      expect(retries).toEqual([])
      expect(statuses(one)).toEqual(['connecting', 'open', 'closed'])
    },
  },
  {
    name: '[stream-completion] `until` ends any stream: that event and later ones are not delivered, and the request is aborted',
    async run(page) {
      const received: unknown[] = []
      const one = await page.mountOpen('/until', {
        until: ({ event, data }) => event === 'end' && data === 'of it',
        onMessage: (message) => received.push(message),
      })
      page.server.call.write('data: of it\n\nevent: end\ndata: of it\n\ndata: never\n\n')
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'complete' } }),
      )
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await page.advance(3_600_000)
      expect(received).toEqual(['of it'])
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '[stream-completion] with `atEnd: complete` a GET stream that ends is complete',
    async run(page) {
      const one = await page.mountOpen('/short', { atEnd: 'complete' })
      page.server.call.end()
      await page.until(() => expect(one.shown.closed).toMatchObject({ by: 'complete' }))
      await page.advance(3_600_000)
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '[stream-completion] a POST is sent again only after a status that shows that the server has not processed it',
    async run(page) {
      const retry = { delay: () => 100 }
      page.server.onCall = ({ path }) => refusal(path === '/busy' ? 503 : 500)
      const busy = page.mount('/busy', { method: 'POST', body: 'x', retry })
      const broken = page.mount('/broken', { method: 'POST', body: 'x', retry })
      await page.until(() => expect(busy.shown.status).toBe('backoff'))
      await page.until(() => expect(broken.shown.closed).toMatchObject({ by: 'fatal' }))
      page.server.onCall = () => {}
      await page.advance(100)
      await page.until(() => expect(busy.shown.status).toBe('open'))
      expect(page.server.calls.map(({ path }) => path).toSorted()).toEqual(['/broken', '/busy', '/busy'])
    },
  },
  {
    name: '[token-stream] a token stream is reduced to text until [DONE]',
    async run(page) {
      const one = await page.mountOpen('/chat', completion('hello'))
      expect(one.shown.data).toBe('')
      expect(page.server.call.body).toBe('{"prompt":"hello","stream":true}')
      page.server.call.send(...tokens('Hel', 'lo', ', you'))
      await page.until(() => expect(one.shown.data).toBe('Hello, you'))
      page.server.call.send(...tokens(' there'), '{"choices":[]}', '[DONE]', ...tokens('never'))
      await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', data: 'Hello, you there' }))
      expect(one.shown).toMatchObject({ closed: { by: 'complete' }, error: undefined })
      await page.until(() => expect(page.server.unfinished).toEqual([]))
      await page.advance(3_600_000)
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '[token-stream] a thousand tokens in one chunk cause few renders',
    async run(page) {
      const one = await page.mountOpen('/chat', completion('long'))
      const before = one.renders.length
      page.server.call.send(...tokens(...Array<string>(1000).fill('ab ')), '[DONE]')
      await page.until(() => expect(one.shown.status).toBe('closed'))
      expect(one.shown.data).toBe('ab '.repeat(1000))
      expect(one.renders.length - before).toBeLessThanOrEqual(8)
    },
  },
  {
    name: '[token-stream] another prompt aborts the old request, and data starts again',
    async run(page) {
      const one = await page.mountOpen('/chat', completion('first'))
      const [first] = page.server.calls
      first?.send(...tokens('one'))
      await page.until(() => expect(one.shown.data).toBe('one'))
      one.rerender('/chat', completion('second'))
      await page.until(() => expect(first?.aborted).toBe(true))
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: '' }))
      first?.send(...tokens('late'))
      page.server.call.send(...tokens('two'))
      await page.until(() => expect(one.shown.data).toBe('two'))
      expect(page.server.call.body).toContain('second')
    },
  },
  {
    name: '[token-stream] sends only the last of five prompts in a tick',
    async run(page) {
      const one = await page.mountOpen('/chat', completion('first'))
      for (const prompt of ['a', 'b', 'c', 'd', 'e']) one.rerender('/chat', completion(prompt))
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      await page.until(() => expect(one.shown.status).toBe('open'))
      await page.settle()
      expect(page.server.calls.map(({ body }) => body.slice(0, 14))).toEqual([
        '{"prompt":"fir',
        '{"prompt":"e",',
      ])
    },
  },
  {
    name: '[server-rendering] [token-stream] a prompt is not sent on a server; a later prompt is sent, also after the end of a stream',
    async run(page) {
      expect(await page.renderOnServer('/chat', completion('a'))).toContain('connecting')
      expect(page.timers).toBe(0)
      page.server.onCall = (call) => call.send(...tokens(`on ${call.body.slice(11, 12)}`), '[DONE]')
      const one = page.mount('', completion(''))
      await page.advance(60_000)
      expect(one.shown).toMatchObject({ status: 'idle', data: '' })
      for (const prompt of ['a', 'b']) {
        one.rerender('/chat', completion(prompt))
        await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', data: `on ${prompt}` }))
      }
      expect(page.server.calls).toHaveLength(2)
    },
  },
  {
    name: '[token-stream] the same prompt created again in every render, and other headers, send no request',
    async run(page) {
      const one = await page.mountOpen('/chat', completion('same'))
      for (const token of ['a', 'b', 'c']) {
        page.server.call.send(...tokens(token))
        one.rerender('/chat', { ...completion('same'), headers: { authorization: `Bearer ${token}` } })
        await page.settle()
      }
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: 'abc' }))
      page.server.call.send('[DONE]')
      await page.until(() => expect(one.shown.status).toBe('closed'))
      one.rerender('/chat', completion('same'))
      await page.advance(60_000)
      expect(one.shown).toMatchObject({ status: 'closed', data: 'abc' })
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '[token-stream] close() aborts the request and keeps the text; open() and reconnect() send it again',
    async run(page) {
      const one = await page.mountOpen('/chat', completion('go'))
      for (const again of [one.open, one.reconnect]) {
        page.server.call.send(...tokens('half'))
        await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: 'half' }))
        one.close()
        await page.until(() => expect(page.server.call.aborted).toBe(true))
        await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', data: 'half' }))
        again()
        await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: '' }))
      }
      expect(page.server.calls.map(({ body }) => body)).toEqual(
        Array(3).fill('{"prompt":"go","stream":true}'),
      )
    },
  },
  {
    name: '[token-stream] after close() another prompt sends a request, the same one does not',
    async run(page) {
      const one = await page.mountOpen('/chat', completion('stop'))
      page.server.call.send(...tokens('half'))
      await page.until(() => expect(one.shown.data).toBe('half'))
      one.close()
      await page.until(() => expect(one.shown.status).toBe('closed'))
      one.rerender('/chat', completion('stop'))
      await page.advance(60_000)
      expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'user' }, data: 'half' })
      one.rerender('/chat', completion('next'))
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: '', closed: undefined }))
      expect(page.server.calls.map(({ body }) => body.slice(11, 15))).toEqual(['stop', 'next'])
    },
  },
  {
    name: '[token-stream] unmounting aborts the request',
    async run(page) {
      const one = await page.mountOpen('/chat', { ...completion('go'), closeDelay: 0 })
      one.unmount()
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      expect(page.timers).toBe(0)
    },
  },
]
