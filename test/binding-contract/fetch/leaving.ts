import { expect } from 'vitest'
import type { FetchField } from '../support/driver.ts'
import type { FetchScenario } from './page.ts'

const retry = { delay: () => 100 }
const WAITING: { readonly shows: readonly FetchField[] } = {
  shows: ['status', 'data', 'error', 'waitingFor'],
}

export const leaving: readonly FetchScenario[] = [
  {
    name: '[unmount] [abort] unmounting aborts the request, calls no handler afterwards, and leaves nothing running',
    async run(page) {
      const received: unknown[] = []
      const one = page.mount('/user', {
        onMessage: (message) => received.push(message),
        onError: (error) => received.push(error),
        onRetry: (event) => received.push(event),
        onGiveUp: (event) => received.push(event),
      })
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      const renders = one.renders.length
      one.unmount()
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await page.advance(60_000)
      expect(received).toEqual([])
      expect(one.renders).toHaveLength(renders)
      expect(page.timers).toBe(0)
      expect(page.requested).toHaveLength(1)
    },
  },
  {
    name: '[unmount] unmounting in the tick of the mount sends no request',
    async run(page) {
      page.mount('/user').unmount()
      await page.advance(60_000)
      expect(page.requested).toEqual([])
    },
  },
  {
    name: '[unmount] unmounting during a retry delay cancels the retry',
    async run(page) {
      page.server.refuse()
      const one = page.mount('/user', { retry }, WAITING)
      await page.until(() => expect(one.shown.waitingFor).toBe('timer'))
      one.unmount()
      await page.settle()
      expect(page.timers).toBe(0)
      await page.advance(60_000)
      expect(page.requested).toHaveLength(1)
    },
  },
  {
    name: '[unmount] a component that mounts in the tick in which another unmounts uses its request',
    async run(page) {
      const before = page.mount('/user')
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      before.unmount()
      const after = page.mount('/user')
      await page.respond('Ada')
      expect(after.shown).toMatchObject({ status: 'success', data: 'Ada' })
      expect(page.requested).toEqual(['GET /user'])
    },
  },
  {
    name: '[unmount] [request-dedupe] a request continues for the others when one component unmounts',
    async run(page) {
      const received: string[] = []
      const options = (name: string) => ({ onMessage: () => received.push(name) })
      const [first, second] = [page.mount('/user', options('first')), page.mount('/user', options('second'))]
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      first.unmount()
      await page.respond('Ada')
      expect(second.shown).toMatchObject({ status: 'success', data: 'Ada' })
      expect(received).toEqual(['second'])
      expect(page.requested).toEqual(['GET /user'])
    },
  },
  {
    name: '[unmount] unmounting aborts an executed read, and its promise rejects as aborted',
    async run(page) {
      const one = page.mount('/user', { enabled: false })
      const promise = one.execute()
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      one.unmount()
      await expect(promise).rejects.toMatchObject({ code: 'aborted', by: 'component' })
      await page.until(() => expect(page.server.call.aborted).toBe(true))
    },
  },
  {
    name: '[unmount] an executed write continues after unmounting: its promise resolves, and no handler is called',
    async run(page) {
      const received: unknown[] = []
      const one = page.mount('/user', {
        method: 'PUT',
        enabled: false,
        onMessage: (message) => received.push(message),
        onError: (error) => received.push(error),
      })
      const promise = one.execute({ json: { name: 'Ada' } })
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      one.unmount()
      await page.settle()
      expect(page.server.call.aborted).toBe(false)
      await page.respond({ saved: true })
      await expect(promise).resolves.toEqual({ saved: true })
      expect(received).toEqual([])
    },
  },
  {
    name: '[unmount] unmounting aborts an automatic request of any method',
    async run(page) {
      const one = page.mount('/search', { method: 'POST', json: { q: 1 } })
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      one.unmount()
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      expect(page.timers).toBe(0)
    },
  },
  {
    name: '[abort] abort() aborts the request: the status is idle without an error, and the promise rejects as aborted',
    async run(page) {
      const errors: unknown[] = []
      const one = page.mount('/user', { onError: (error) => errors.push(error) })
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      one.abort()
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await page.until(() => expect(one.shown).toEqual({ status: 'idle', data: undefined, error: undefined }))
      const promise = one.execute()
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      one.abort()
      await expect(promise).rejects.toMatchObject({ code: 'aborted', by: 'user' })
      await page.advance(60_000)
      expect(errors).toEqual([])
      expect(page.timers).toBe(0)
      expect(page.requested).toHaveLength(2)
    },
  },
  {
    name: '[abort] after abort() a render sends no request, but refetch() and another URL do',
    async run(page) {
      const one = page.mount('/user')
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      one.abort()
      one.rerender('/user', {})
      await page.advance(60_000)
      expect(one.shown.status).toBe('idle')
      expect(page.requested).toHaveLength(1)
      void one.refetch()
      await page.respond('Ada')
      expect(one.shown).toMatchObject({ status: 'success', data: 'Ada' })
      one.rerender('/other')
      await page.until(() => expect(page.server.calls).toHaveLength(3))
      one.abort()
      await page.until(() => expect(one.shown.status).toBe('idle'))
      one.rerender('/third')
      await page.respond('third')
      expect(one.shown).toMatchObject({ status: 'success', data: 'third' })
    },
  },
  {
    name: '[abort] abort() of a refetch keeps the data, and does nothing without a request',
    async run(page) {
      const one = await page.mountWithResponse('/user', 'Ada')
      one.abort()
      void one.refetch()
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      one.abort()
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await page.settle()
      expect(one.shown).toEqual({ status: 'success', data: 'Ada', error: undefined })
      expect(one.read('isFetching')).toBe(false)
    },
  },
  {
    name: '[abort] abort() during a retry delay cancels the retry',
    async run(page) {
      page.server.refuse()
      const one = page.mount('/user', { retry }, WAITING)
      await page.until(() => expect(one.shown.waitingFor).toBe('timer'))
      one.abort()
      await page.until(() => expect(one.shown).toMatchObject({ status: 'idle', error: undefined }))
      expect(page.timers).toBe(0)
      await page.advance(60_000)
      expect(page.requested).toHaveLength(1)
    },
  },
  {
    name: '[abort] abort() keeps a request that another component waits for, until that component aborts too',
    async run(page) {
      const [one, other] = [page.mount('/user'), page.mount('/user')]
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      one.abort()
      await page.until(() => expect(one.shown.status).toBe('idle'))
      await page.settle()
      expect(other.shown.status).toBe('pending')
      expect(page.server.call.aborted).toBe(false)
      other.abort()
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await page.until(() => expect(other.shown.status).toBe('idle'))
    },
  },
  {
    name: '[abort] abort() of a write stops the request or its retry',
    async run(page) {
      const one = page.mount('/user', { method: 'PUT', enabled: false, retry }, WAITING)
      const first = one.execute({ json: 1 })
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      one.abort()
      await expect(first).rejects.toMatchObject({ code: 'aborted' })
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      page.server.refuse()
      const second = one.execute({ json: 2 })
      await page.until(() => expect(one.shown.waitingFor).toBe('timer'))
      one.abort()
      await expect(second).rejects.toMatchObject({ code: 'aborted' })
      await page.advance(60_000)
      expect(page.requested).toHaveLength(2)
      expect(one.shown).toMatchObject({ status: 'idle', error: undefined })
    },
  },
  {
    name: '[abort] the signal given to execute() aborts that request; a signal that is already aborted sends no request',
    async run(page) {
      const one = page.mount('/user', { enabled: false })
      const controller = new AbortController()
      const promise = one.execute({ signal: controller.signal })
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      controller.abort()
      await expect(promise).rejects.toMatchObject({ code: 'aborted' })
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await expect(one.execute({ signal: controller.signal })).rejects.toMatchObject({ code: 'aborted' })
      await page.settle()
      expect(one.shown).toMatchObject({ status: 'idle', error: undefined })
      expect(page.requested).toHaveLength(1)
    },
  },
  {
    name: '[abort] a signal that aborts after its request ended changes nothing',
    async run(page) {
      const one = page.mount('/user', { enabled: false })
      const controller = new AbortController()
      const promise = one.execute({ signal: controller.signal })
      await page.respond('Ada')
      await expect(promise).resolves.toBe('Ada')
      void one.refetch()
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      controller.abort()
      await page.settle()
      expect(page.server.call.aborted).toBe(false)
      await page.respond('Eve')
      expect(one.shown).toMatchObject({ status: 'success', data: 'Eve' })
    },
  },
  {
    name: '[abort] the signal of one execute() does not abort a request that another one waits for',
    async run(page) {
      const one = page.mount('/user', { enabled: false })
      const controller = new AbortController()
      const [mine, other] = [one.execute({ signal: controller.signal }), one.execute()]
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      controller.abort()
      await expect(mine).rejects.toMatchObject({ code: 'aborted' })
      await page.respond('Ada')
      await expect(other).resolves.toBe('Ada')
      expect(one.shown).toMatchObject({ status: 'success', data: 'Ada' })
      expect(page.requested).toHaveLength(1)
    },
  },
  {
    name: '[abort] unmounting and abort() during an option function send nothing',
    async run(page) {
      const signals: AbortSignal[] = []
      let settle = (_: HeadersInit) => {}
      const headers = ({ signal }: { readonly signal: AbortSignal }) => {
        signals.push(signal)
        return new Promise<HeadersInit>((resolve) => (settle = resolve))
      }
      const one = page.mount('/me', { headers })
      await page.until(() => expect(signals).toHaveLength(1))
      one.abort()
      await page.settle()
      const other = page.mount('/me', { headers })
      await page.until(() => expect(signals).toHaveLength(2))
      other.unmount()
      await page.settle()
      expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
      settle({})
      await page.settle()
      expect(page.requested).toEqual([])
      expect(page.timers).toBe(0)
      expect(one.shown).toMatchObject({ status: 'idle', error: undefined })
    },
  },
]
