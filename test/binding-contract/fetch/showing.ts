import { expect } from 'vitest'
import type { FetchScenario } from './page.ts'

const success = (data: unknown) => ({ status: 'success', data, error: undefined })
const ageHeader = (value: string) => ({ headers: { 'cache-control': value } })

/** Which data a hook shows, and when. */
export const showing: readonly FetchScenario[] = [
  {
    name: '[cache-users] a headers function with x-auth-token separates users, one after the other and at once',
    async run(page) {
      let user = 'ada'
      const headers = () => ({ 'x-auth-token': user })
      for (const control of ['private, max-age=60', 'max-age=0', 'no-cache']) {
        user = 'ada'
        const url = `/me?${control}`
        const before = page.mount(url, { headers })
        await page.respond('ada', ageHeader(control))
        expect(before.shown).toEqual(success('ada'))
        before.unmount()
        await page.settle()
        user = 'eve'
        const after = page.mount(url, { headers })
        await page.respond('eve', ageHeader('no-store'))
        expect(after.renders.map(({ data }) => data)).not.toContain('ada')
        expect(after.shown).toEqual(success('eve'))
        after.unmount()
      }
      for (const head of [ageHeader('no-store'), { headers: { vary: 'x-auth-token' } }]) {
        const both = ['ada', 'eve'].map((name) =>
          page.mount('/both', { headers: () => ({ 'x-auth-token': name }) }),
        )
        for (const name of ['ada', 'eve']) await page.respond(name, head)
        expect(both.map(({ shown }) => shown)).toEqual([success('ada'), success('eve')])
        for (const one of both) one.unmount()
      }
    },
  },
  {
    name: '[selected-data] an inline select that creates an object: data is the same object while it is equal',
    async run(page) {
      const options = () => ({ select: (user: unknown) => ({ name: (user as { name: string }).name }) })
      const one = await page.mountWithResponse('/user', { name: 'Ada', visits: 1 }, options())
      const { data } = one.shown
      expect(data).toEqual({ name: 'Ada' })
      const before = one.renders.length
      void one.refetch()
      await page.respond({ name: 'Ada', visits: 2 })
      await page.settle()
      expect(one.renders).toHaveLength(before)
      one.rerender('/user', options())
      await page.settle()
      expect(one.shown.data).toBe(data)
      void one.refetch()
      await page.respond({ name: 'Eve', visits: 2 })
      expect(one.shown).toEqual(success({ name: 'Eve' }))
    },
  },
]
