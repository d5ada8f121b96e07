import { json } from '@tautline/core'
import { expect } from 'vitest'
import * as z from 'zod'
import type { FetchScenario } from './page.ts'
import { fetchIgnoringAborts } from './opening.ts'

const success = (data: unknown) => ({ status: 'success', data, error: undefined })

/** Collects unhandled rejections. */
function unhandled(): { readonly errors: readonly unknown[]; stop(): void } {
  const errors: unknown[] = []
  const record = (error: unknown) => void errors.push(error)
  process.on('unhandledRejection', record)
  return { errors, stop: () => process.off('unhandledRejection', record) }
}

/** The numbers from 0 in a shuffled order, always the same one. */
function shuffled(count: number): number[] {
  let chance = 7
  const order = Array.from({ length: count }, (_, index) => index)
  for (let index = count - 1; index > 0; index--) {
    chance = (chance * 1103515245 + 12345) % 2 ** 31
    const other = chance % (index + 1)
    ;[order[index], order[other]] = [order[other] ?? 0, order[index] ?? 0]
  }
  return order
}

export const commands: readonly FetchScenario[] = [
  {
    name: '[reset] reset() makes a failed write idle, and one in flight continues',
    async run(page) {
      const idle = { status: 'idle', data: undefined, error: undefined }
      const save = page.mount('/user', { method: 'PUT', enabled: false })
      void save.execute({ json: 1 })
      await page.respond(undefined, { status: 422 })
      await page.until(() => expect(save.shown.status).toBe('error'))
      save.reset()
      await page.until(() => expect(save.shown).toEqual(idle))
      const saved = save.execute({ json: 2 })
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      save.reset()
      await page.until(() => expect(save.shown).toEqual(idle))
      await page.respond('saved')
      await expect(saved).resolves.toBe('saved')
      expect(save.shown).toEqual(idle)
    },
  },
  {
    name: '[request-dedupe] refetch() replaces an earlier request, and all promises get the newest response',
    async run(page) {
      const one = page.mount('/user')
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      const [first, second] = [one.refetch(), one.execute()]
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      await page.until(() => expect(page.server.calls[0]?.aborted).toBe(true))
      await page.respond('newest')
      await expect(Promise.all([first, second])).resolves.toEqual(['newest', 'newest'])
      expect(one.shown).toEqual(success('newest'))
      expect(page.requested).toHaveLength(2)
    },
  },
  {
    name: '[request-dedupe] refetch() three times in a tick sends one request, and all three get its response',
    async run(page) {
      const one = await page.mountWithResponse('/user', 1)
      const promises = [one.refetch(), one.refetch(), one.execute()]
      await page.respond(2)
      await expect(Promise.all(promises)).resolves.toEqual([2, 2, 2])
      expect(page.requested).toHaveLength(2)
    },
  },
  {
    name: '[request-dedupe] an older response never replaces a newer one, also if the network ignores aborts',
    async run(page) {
      const responders: ((body: string) => void)[] = []
      const environment = {
        ...page.environment,
        fetch: () =>
          new Promise<Response>((resolve) =>
            responders.push((body) =>
              resolve(new Response(body, { headers: { 'content-type': 'text/plain' } })),
            ),
          ),
      }
      const received: unknown[] = []
      const one = page.mount('/user', { environment, onMessage: (message) => received.push(message) })
      await page.until(() => expect(responders).toHaveLength(1))
      const promise = one.refetch()
      await page.until(() => expect(responders).toHaveLength(2))
      responders[1]?.('newer')
      await page.until(() => expect(one.shown).toEqual(success('newer')))
      responders[0]?.('older')
      await page.settle()
      expect(one.shown).toEqual(success('newer'))
      await expect(promise).resolves.toBe('newer')
      expect(received).toEqual(['newer'])
    },
  },
  {
    name: '[request-dedupe] search as you type shows the response for the last input in any order of responses',
    async run(page) {
      const typed = Array.from('tautlines', (_, index) => `/find/${'tautlines'.slice(0, index + 1)}`)
      for (const order of [shuffled(typed.length), typed.map((_, index) => typed.length - 1 - index)]) {
        const responders = new Map<string, (body: string) => void>()
        const environment = { ...page.environment, fetch: fetchIgnoringAborts(responders) }
        const one = page.mount(null, { environment })
        for (const url of typed) {
          one.rerender(url)
          await page.until(() => expect(responders.has(url)).toBe(true))
        }
        for (const index of order) {
          const url = typed[index] ?? ''
          responders.get(url)?.(url)
          await page.settle()
          const shown = new Set(one.renders.map(({ data }) => data))
          shown.delete(undefined)
          expect([...shown]).toEqual(shown.size > 0 ? [typed.at(-1)] : [])
        }
        expect(one.shown).toEqual(success(typed.at(-1)))
        one.unmount()
      }
    },
  },
  {
    name: '[request-dedupe] search as you type by execute(): replaced requests reject as aborted, and the last response is shown',
    async run(page) {
      const one = page.mount('/find', { enabled: false })
      const promises = ['t', 'ta', 'tau'].map((q) => one.execute({ query: { q } }))
      const ends = Promise.allSettled(promises)
      await page.respond(['tau'])
      expect(
        (await ends).map((end) =>
          end.status === 'fulfilled' ? end.value : (end.reason as { code: string }).code,
        ),
      ).toEqual(['aborted', 'aborted', ['tau']])
      expect(one.shown).toEqual(success(['tau']))
      expect(page.requested).toEqual(['GET /find?q=tau'])
    },
  },
  {
    name: 'execute() resolves with the decoded response, and rejects with a decoding error',
    async run(page) {
      const one = page.mount('/user', {
        enabled: false,
        codec: json(z.object({ name: z.string().toUpperCase() })),
      })
      const promise = one.execute()
      await page.respond({ name: 'ada', more: true })
      await expect(promise).resolves.toEqual({ name: 'ADA' })
      const refused = one.execute()
      await page.respond({ name: 5 })
      await expect(refused).rejects.toMatchObject({ code: 'decode' })
    },
  },
  {
    name: 'the options of execute() override the hook’s for one request; later requests use the hook’s own',
    async run(page) {
      const one = await page.mountWithResponse('/user', 'own', {
        headers: { 'x-own': 'mine' },
        query: { full: 1 },
      })
      const promise = one.execute({ url: '/other', query: { part: 2 } })
      await page.respond('other')
      await expect(promise).resolves.toBe('other')
      expect(one.shown).toEqual(success('other'))
      one.rerender('/user', { headers: { 'x-own': 'mine' }, query: { full: 1 } })
      await page.settle()
      expect(one.shown).toEqual(success('other'))
      void one.refetch()
      await page.respond('own again')
      expect(one.shown).toEqual(success('own again'))
      expect(page.requested).toEqual(['GET /user?full=1', 'GET /other?full=1&part=2', 'GET /user?full=1'])
      expect(page.server.calls.map(({ headers }) => headers.get('x-own'))).toEqual(['mine', 'mine', 'mine'])
    },
  },
  {
    name: '[execute-then-render] a read executed in the handler that changes its query sends one request, for the new query',
    async run(page) {
      for (const headers of [undefined, async () => ({ 'x-own': 'mine' })]) {
        const one = page.mount('/users', { enabled: false, query: { q: 'old' }, headers })
        const before = page.requested.length
        const promise = one.execute()
        one.rerender('/users', { enabled: false, query: { q: 'new' }, headers })
        await page.respond('found')
        await expect(promise).resolves.toBe('found')
        expect(page.requested.slice(before)).toEqual(['GET /users?q=new'])
        expect(one.shown).toEqual(success('found'))
        one.unmount()
      }
    },
  },
  {
    name: '[execute-then-render] a write keeps the address that it was executed with',
    async run(page) {
      const options = { method: 'PUT', enabled: false }
      const one = page.mount('/users/1', options)
      const promise = one.execute({ json: 1 })
      one.rerender('/users/2', options)
      await page.respond('saved')
      await expect(promise).resolves.toBe('saved')
      expect(page.requested).toEqual(['PUT /users/1'])
    },
  },
  {
    name: 'a new URL of the hook replaces an executed request',
    async run(page) {
      const one = await page.mountWithResponse('/a', 'a')
      void one.execute({ url: '/x' })
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      one.rerender('/b')
      await page.until(() => expect(page.server.calls[1]?.aborted).toBe(true))
      await page.respond('b')
      expect(one.shown).toEqual(success('b'))
    },
  },
  {
    name: 'each write is its own request, also with the same body; the hook shows the newest',
    async run(page) {
      const one = page.mount('/orders', { method: 'POST', enabled: false })
      const promises = [one.execute({ json: 1 }), one.execute({ json: 1 })]
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      page.server.calls[1]?.respond('second')
      await page.until(() => expect(one.shown).toEqual(success('second')))
      page.server.calls[0]?.respond('first')
      await expect(Promise.all(promises)).resolves.toEqual(['first', 'second'])
      await page.settle()
      expect(one.shown).toEqual(success('second'))
    },
  },
  {
    name: 'the status of a write is idle, pending, success, and again; an error, and success after it',
    async run(page) {
      const one = page.mount('/orders', { method: 'POST', enabled: false })
      const send = async (status: number) => {
        const promise = one.execute({ json: 1 })
        await page.until(() => expect(one.shown.status).toBe('pending'))
        await page.respond(status, { status })
        await promise.catch(() => {})
      }
      expect(one.shown.status).toBe('idle')
      await send(201)
      expect(one.shown).toEqual(success(201))
      await send(422)
      expect(one.shown).toMatchObject({ status: 'error', error: { code: 'http', status: 422 } })
      await send(200)
      expect(one.shown).toEqual(success(200))
    },
  },
  {
    name: 'a promise of execute() that is not awaited causes no unhandled rejection',
    async run(page) {
      const { errors, stop } = unhandled()
      page.server.onCall = ({ path }) => (path === '/held' ? undefined : Response.error())
      const one = page.mount('/user', { enabled: false, retry: false })
      void one.execute()
      await page.until(() => expect(one.shown.status).toBe('error'))
      void one.execute({ method: 'POST', json: 1 })
      void one.execute({ body: 'GET has none' })
      void one.execute({ signal: AbortSignal.abort() })
      void page.mount(null).execute()
      void one.execute({ url: '/held' })
      await page.until(() => expect(page.server.calls.map(({ path }) => path)).toContain('/held'))
      one.abort()
      void one.refetch()
      await page.settle()
      one.unmount()
      await page.advance(60_000)
      await new Promise((resolve) => setTimeout(resolve))
      stop()
      expect(errors).toEqual([])
    },
  },
  {
    name: '[abort] abort() of an executed request restores the hook’s previous result',
    async run(page) {
      const one = await page.mountWithResponse('/user', 'own')
      const promise = one.execute({ url: '/other' })
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      one.abort()
      await expect(promise).rejects.toMatchObject({ code: 'aborted' })
      await page.settle()
      expect(one.shown).toEqual(success('own'))
    },
  },
  {
    name: 'commands keep their identity while the component is mounted, and can be destructured',
    async run(page) {
      const one = page.mount('/user', { enabled: false })
      const { execute, refetch, abort, mutate } = one.commands
      one.rerender('/other', { enabled: false, headers: { own: 'x' } })
      const promise = execute()
      await page.respond('x')
      await promise
      expect(one.commands.execute).toBe(execute)
      expect(one.commands.refetch).toBe(refetch)
      expect(one.commands.abort).toBe(abort)
      expect(one.commands.mutate).toBe(mutate)
    },
  },
  {
    name: 'execute() right after a change of the URL requests the new URL',
    async run(page) {
      const one = page.mount('/a', { enabled: false })
      one.rerender('/b', { enabled: false })
      const promise = one.execute()
      await page.respond('b')
      await expect(promise).resolves.toBe('b')
      expect(page.requested).toEqual(['GET /b'])
    },
  },
]
