import fc from 'fast-check'
import { expect, test } from 'vitest'
import { client, createEnvironment, mountFetch, respond } from '../../test/fetch/harness.ts'
import { type BodyCodec, binary, json } from '../shared/codec.ts'

const bodies = fc.constantFrom('1', '{"a":[1,{"b":null}]}', '[]', '"text"', '{"a":[1,{"b":0}]}')
const controls = fc.constantFrom('no-cache', 'max-age=60', 'max-age=0, must-revalidate')
const kinds = fc.constantFrom('refetch', 'remount', 'write', 'rolled back')
const steps = fc.array(fc.record({ body: bodies, control: controls, kind: kinds }), { maxLength: 8 })

class Value {
  readonly value: unknown

  constructor(text: string) {
    this.value = JSON.parse(text)
  }
}

const decodeBytes = (raw: unknown) => new TextDecoder().decode(raw as ArrayBuffer)

/** Codecs, and how their data are read as JSON. */
const codecs = fc.constantFrom<readonly [codec: BodyCodec | undefined, read: (data: unknown) => unknown]>(
  [json(), (data) => data],
  [undefined, (data) => data],
  [{ decode: (raw) => new Value(raw as string) }, (data) => (data as Value).value],
  [{ decode: () => new Map([[1, new Date(0)]]) }, () => undefined],
  [binary(), (data) => JSON.parse(decodeBytes(data))],
  [
    { binaryType: 'arraybuffer', decode: (raw) => new Value(decodeBytes(raw)) },
    (data) => (data as Value).value,
  ],
)

test('[equal-responses] the same bytes read by the same codec are the same object', async () => {
  await fc.assert(
    fc.asyncProperty(steps, codecs, async (sequence, [codec, read]) => {
      const environment = createEnvironment()
      const options = { codec }
      let one = mountFetch(environment, '/list', options)
      let before: { body: string; data: unknown } | undefined
      for (const { body, control, kind } of sequence) {
        if (kind === 'remount' && before) {
          one.leave()
          await environment.advance(60_000)
          one = mountFetch(environment, '/list', options)
        } else if (kind === 'write') {
          void client(environment, '/list', { method: 'PUT' }).execute()
          await environment.advance(0)
          await respond(environment, '', { status: 204 })
        } else void one.observer.refetch()
        if (kind === 'rolled back') one.observer.mutate('by hand')()
        await environment.advance(0)
        await respond(environment, body, {
          headers: { 'cache-control': control, 'content-type': 'application/json' },
        })
        const { data, status } = one.observer.getSnapshot()
        expect(status).toBe('success')
        const shown = read(data)
        if (shown !== undefined) expect(shown).toEqual(JSON.parse(body))
        if (before?.body === body) expect(data).toBe(before.data)
        before = { body, data }
      }
    }),
    { numRuns: 150 },
  )
})

test('[no-url] without a URL an observer shows nothing, whatever it has shown', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (sequence, keepPreviousData) => {
      const environment = createEnvironment()
      const one = mountFetch(environment, null, { keepPreviousData })
      for (const { body, control } of sequence) {
        one.setOptions('/user', { keepPreviousData })
        await environment.advance(0)
        await respond(environment, body, { headers: { 'cache-control': control } })
        await environment.advance(60_000)
        one.setOptions(null, { keepPreviousData })
        one.observer.mutate('nothing')()
        await environment.advance(16)
        expect(one.observer.getSnapshot()).toMatchObject({
          status: 'idle',
          data: undefined,
          error: undefined,
          response: undefined,
          isFetching: false,
        })
      }
    }),
    { numRuns: 40 },
  )
})
