import { messageOf } from '../support/build.ts'
import { expect } from 'vitest'
import type { CommonOptions } from '../support/driver.ts'
import type { CommonScenario } from '../support/scenario.ts'

/** Options that the types forbid, as JavaScript code may pass them. */
const untyped = (options: Readonly<Record<string, unknown>>) => options as CommonOptions

const bad = (option: string) => expect.objectContaining({ code: 'bad-option', option })
const fatal = { status: 'closed', closed: { by: 'fatal' } }

export const badInput: readonly CommonScenario[] = [
  {
    name: 'an invalid URL closes the connection as fatal and calls onError without throwing',
    async run(page) {
      for (const url of page.server.kind.badUrls) {
        const errors: unknown[] = []
        const one = page.mount(url, { onError: (error) => errors.push(error) })
        await page.until(() => expect(one.shown).toMatchObject(fatal))
        expect(one.shown.error, url).toMatchObject({ code: 'bad-url' })
        expect(errors).toEqual([one.shown.error])
      }
      await page.advance(3_600_000)
      expect(page.server.connections).toEqual([])
    },
  },
  {
    name: 'a hook closed by an invalid URL opens with a valid one',
    async run(page) {
      const one = page.mount('ftp://server.test/')
      await page.until(() => expect(one.shown.status).toBe('closed'))
      one.rerender('/right')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', error: undefined }))
    },
  },
  {
    name: 'mounting throws an error that names an option of the wrong type',
    async run(page) {
      for (const [option, options] of page.server.kind.badOptions) {
        expect(() => page.mount('/never', untyped(options)), option).toThrow(bad(option))
      }
      await page.settle()
      expect(page.server.connections).toEqual([])
    },
  },
  {
    name: 'without the transport the connection closes as fatal, and the error message says what to do',
    async run(page) {
      const errors: unknown[] = []
      const { carrier } = page.server.kind
      const environment = { ...page.environment, [carrier]: undefined }
      const one = page.mount('/old', { environment, onError: (error) => errors.push(error) })
      await page.until(() => expect(one.shown).toMatchObject(fatal))
      expect(errors).toMatchObject([
        {
          code: 'unsupported',
          message: expect.stringContaining(messageOf(`environment.${carrier}`, 'unsupported')),
        },
      ])
    },
  },
  {
    name: 'the error of an invalid URL omits its query, user and fragment',
    async run(page) {
      const one = page.mount('ftp://me:secret@server.test/?token=secret#secret')
      await page.until(() => expect(one.shown.status).toBe('closed'))
      expect(String(one.shown.error)).toContain(messageOf('server.test', 'bad-url'))
      expect(`${String(one.shown.error)}${JSON.stringify(one.shown.error)}`).not.toContain('secret')
    },
  },
]
