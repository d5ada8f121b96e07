import { expect } from 'vitest'
import { uploadProgress } from '@tautline/core'
import type { FetchScenario } from './page.ts'

const shows = ['status', 'progress'] as const
const upload = uploadProgress()

export const progress: readonly FetchScenario[] = [
  {
    name: '[progress] download progress gives the received bytes, and the total if the server sends it',
    async run(page) {
      const one = page.mount('/file', {}, { shows })
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      expect(one.shown.progress).toEqual({ sent: 0, received: 0, total: undefined })
      const body = page.server.call.begin({
        headers: { 'content-length': '20000', 'content-type': 'text/plain' },
      })
      await page.until(() => expect(one.shown.progress).toEqual({ sent: 0, received: 0, total: 20_000 }))
      body.write('1234')
      await page.until(() => expect(one.shown.progress).toEqual({ sent: 0, received: 4, total: 20_000 }))
      body.write('56789')
      await page.until(() => expect(one.shown.progress).toEqual({ sent: 0, received: 9, total: 20_000 }))
      expect(one.shown.status).toBe('pending')
      body.write('0'.repeat(19_991))
      body.end()
      await page.until(() => expect(one.shown.status).toBe('success'))
      expect(one.shown.progress).toEqual({ sent: 0, received: 20_000, total: 20_000 })
    },
  },
  {
    name: '[progress] the total is unknown for a compressed body or without a length',
    async run(page) {
      for (const headers of [{}, { 'content-encoding': 'identity', 'content-length': '6' }]) {
        const one = page.mount('/file', { share: false }, { shows })
        await page.until(() => expect(page.server.unfinished).toHaveLength(1))
        const body = page.server.call.begin({ headers: { 'content-type': 'text/plain', ...headers } })
        body.write('12345')
        await page.until(() => expect(one.shown.progress).toEqual({ sent: 0, received: 5, total: undefined }))
        body.write('6')
        body.end()
        await page.until(() => expect(one.shown.status).toBe('success'))
      }
    },
  },
  {
    name: '[progress] progress does not render a component that does not read it',
    async run(page) {
      const one = page.mount('/file')
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      const body = page.server.call.begin({ headers: { 'content-type': 'text/plain' } })
      for (const piece of ['a', 'b', 'c']) {
        body.write(piece)
        await page.settle()
      }
      expect(one.renders).toHaveLength(1)
      body.end()
      await page.until(() => expect(one.shown).toMatchObject({ status: 'success', data: 'abc' }))
    },
  },
  {
    name: '[progress] with uploadProgress() XMLHttpRequest sends the body, and the response is decoded as usual',
    async run(page) {
      const one = page.mount(
        '/upload',
        { method: 'PUT', enabled: false, upload },
        { shows: ['status', 'data', 'progress'] },
      )
      const promise = one.execute({ body: 'x'.repeat(1000), headers: { 'x-own': 'mine' } })
      await page.respond({ stored: 1000 }, { status: 201 })
      await expect(promise).resolves.toEqual({ stored: 1000 })
      expect(page.requested).toEqual([])
      expect(page.server.call).toMatchObject({ method: 'PUT', body: 'x'.repeat(1000) })
      expect(page.server.call.headers.get('x-own')).toBe('mine')
      await page.until(() => expect(one.shown.progress?.sent).toBe(1000))
      expect(one.shown).toMatchObject({ status: 'success', data: { stored: 1000 } })
    },
  },
  {
    name: '[progress] without uploadProgress() fetch sends the body, and progress.sent stays 0',
    async run(page) {
      const one = page.mount('/upload', { method: 'PUT', enabled: false }, { shows })
      const promise = one.execute({ body: 'x'.repeat(1000) })
      await page.respond({ stored: 1000 })
      await expect(promise).resolves.toEqual({ stored: 1000 })
      expect(page.requested).toHaveLength(1)
      await page.until(() => expect(one.shown.progress).toMatchObject({ sent: 0, received: 15 }))
    },
  },
  {
    name: '[progress] a provider may have uploadProgress() for all uploads',
    async run(page) {
      const options = { method: 'PUT', enabled: false } as const
      const one = page.mount('/upload', options, { shows, defaults: { fetch: { upload } } })
      const promise = one.execute({ body: 'x'.repeat(1000) })
      await page.respond({ stored: 1000 })
      await expect(promise).resolves.toEqual({ stored: 1000 })
      expect(page.requested).toEqual([])
      await page.until(() => expect(one.shown.progress?.sent).toBe(1000))
    },
  },
  {
    name: '[progress] an upload by XMLHttpRequest is aborted and fails like other requests',
    async run(page) {
      const options = { method: 'PUT', enabled: false, retry: false, upload } as const
      const one = page.mount('/upload', options, { shows: ['status', 'error', 'progress'] })
      const refused = one.execute({ body: 'x' })
      await page.respond({ title: 'Too much' }, { status: 413 })
      await expect(refused).rejects.toMatchObject({
        code: 'http',
        status: 413,
        body: { title: 'Too much' },
      })
      page.server.drop()
      await expect(one.execute({ body: 'x' })).rejects.toMatchObject({ code: 'connect-failed' })
      page.server.accept()
      const held = one.execute({ body: 'x' })
      await page.until(() => expect(page.server.calls).toHaveLength(3))
      one.abort()
      await expect(held).rejects.toMatchObject({ code: 'aborted' })
      expect(one.shown).toMatchObject({ status: 'idle', error: undefined })
      page.server.call.respond('after the end')
      await page.settle()
      expect(one.shown.status).toBe('idle')
    },
  },
  {
    name: '[request-timeout] timeout.connect limits the silence before the response and between its parts',
    async run(page) {
      const options = { retry: false, timeout: { connect: 5000 } } as const
      const one = page.mount('/slow', options)
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      await page.advance(4999)
      const body = page.server.call.begin({ headers: { 'content-type': 'text/plain' } })
      for (const piece of ['a', 'b', 'c']) {
        await page.settle()
        body.write(piece)
        await page.settle()
        await page.advance(4999)
      }
      expect(one.shown.status).toBe('pending')
      await page.advance(1)
      await page.until(() =>
        expect(one.shown).toMatchObject({
          status: 'error',
          error: { code: 'timeout', timeout: 5000 },
        }),
      )
      await page.until(() => expect(page.server.call.aborted).toBe(true))
    },
  },
  {
    name: '[request-timeout] timeout.request limits each attempt as a whole',
    async run(page) {
      const options = { retry: { limit: 1, delay: () => 100 }, timeout: { request: 3000 } }
      const one = page.mount('/slow', options, { shows: ['status', 'error', 'waitingFor'] })
      for (const tries of [1, 2]) {
        await page.until(() => expect(page.server.calls).toHaveLength(tries))
        await page.advance(2999)
        expect(page.server.call.aborted).toBe(false)
        await page.advance(1)
        await page.until(() => expect(page.server.call.aborted).toBe(true))
        if (tries === 1) {
          await page.until(() => expect(one.shown.waitingFor).toBe('timer'))
          await page.advance(100)
        }
      }
      await page.until(() =>
        expect(one.shown).toMatchObject({
          status: 'error',
          error: { code: 'timeout', phase: 'request', timeout: 3000 },
        }),
      )
    },
  },
  {
    name: '[request-timeout] a request with a body has a minute until the response begins',
    async run(page) {
      const one = page.mount('/upload', { method: 'PUT', enabled: false, retry: false })
      const promise = one.execute({ json: { large: true } })
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      await page.advance(59_999)
      await page.respond('stored')
      await expect(promise).resolves.toBe('stored')
    },
  },
  {
    name: '[progress] progress starts again with each request, without failed attempts',
    async run(page) {
      const options = { retry: { limit: 1, delay: () => 100 }, maxAge: 0 }
      const one = page.mount('/file', options, { shows: ['status', 'progress', 'waitingFor'] })
      await page.respond('1234')
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'success', progress: { received: 4 } }),
      )
      void one.refetch()
      await page.until(() => expect(one.shown.progress).toEqual({ sent: 0, received: 0, total: undefined }))
      await page.respond('not now', { status: 503 })
      await page.until(() => expect(one.shown.waitingFor).toBe('timer'))
      await page.advance(100)
      await page.respond('12')
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'success', progress: { received: 2 } }),
      )
    },
  },
]
