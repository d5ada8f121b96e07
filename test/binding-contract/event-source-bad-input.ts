import { expect } from 'vitest'
import type { StreamScenario } from './scenario.ts'

const fatal = { status: 'closed', closed: { by: 'fatal' } }

export const badInput: readonly StreamScenario[] = [
  {
    name: 'a header that no request can have closes the hook as fatal, and is not repeated in the error',
    async run(page) {
      const one = page.mount('/headers', { headers: { authorization: 'Bearer secret\nnext: line' } })
      await page.until(() => expect(one.shown).toMatchObject(fatal))
      expect(one.shown.error).toMatchObject({ code: 'bad-option', detail: { option: 'headers' } })
      const text = `${String(one.shown.error)}${JSON.stringify(one.shown.error)}${String(one.shown.error?.cause)}`
      expect(text).not.toContain('secret')
      expect(page.server.calls).toEqual([])
    },
  },
  {
    name: 'an event without end is cut at maxEventLength, and the stream is fatal: it would come again',
    async run(page) {
      const one = await page.mountOpen('/endless', { maxEventLength: 100 })
      page.server.call.write(`data: fits\n\ndata: ${'x'.repeat(200)}`)
      await page.until(() => expect(one.shown).toMatchObject({ ...fatal, data: 'fits' }))
      expect(one.shown.error).toMatchObject({ code: 'too-large', detail: { limit: 100 } })
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await page.advance(3_600_000)
      expect(page.server.calls).toHaveLength(1)
    },
  },
]
