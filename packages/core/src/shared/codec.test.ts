import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { binary, json, text } from './codec.ts'
import { type ErrorCode, type TautlineError, isTautlineError } from './errors.ts'

const bytes = (words: string): ArrayBuffer => new TextEncoder().encode(words).buffer

/** Returns the error that a codec throws. Fails if it has another code. */
function thrown<Code extends ErrorCode>(code: Code, run: () => unknown): TautlineError<Code> {
  try {
    run()
  } catch (error) {
    if (isTautlineError(error, code)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('text()', () => {
  test('gives text as it is, and reads bytes as UTF-8', () => {
    expect(text().decode('grüße')).toBe('grüße')
    expect(text().decode(bytes('grüße'))).toBe('grüße')
    expect(text().encode('grüße')).toBe('grüße')
  })

  test('rejects a Blob, which cannot be read synchronously', () => {
    const raw = new Blob(['x'])
    const error = thrown('decode', () => text().decode(raw))
    expect(error.message).toContain('binaryType')
    expect(error.raw).toBe(raw)
  })

  test('is one codec, so that observers that share a connection decode once', () => {
    expect(text()).toBe(text())
    expect(binary()).toBe(binary())
    expect(json()).toBe(json<{ id: number }>())
  })
})

describe('binary()', () => {
  test('gives and takes bytes unchanged', () => {
    const raw = bytes('abc')
    const view = new Uint8Array(raw)
    expect(binary().decode(raw)).toBe(raw)
    expect(binary().encode(raw)).toBe(raw)
    expect(binary().encode(view)).toBe(view)
  })

  test('decodes a text message to its UTF-8 bytes', () => {
    expect(binary().decode('é😀')).toEqual(bytes('é😀'))
    expect(binary().decode('')).toEqual(new ArrayBuffer(0))
  })

  test('refuses a Blob', () => {
    const raw = new Blob(['x'])
    expect(thrown('decode', () => binary().decode(raw)).raw).toBe(raw)
  })
})

describe('json()', () => {
  test.each(['{"a":[1,null,"x"]}', 'null', '0', '""', '[]'])('%s goes both ways', (raw) => {
    expect(json().encode(json().decode(raw))).toBe(raw)
    expect(json().decode(bytes(raw))).toEqual(JSON.parse(raw))
  })

  test('the error for invalid JSON has the raw text and the original error', () => {
    const error = thrown('decode', () => json().decode('{"a":'))
    expect(error).toMatchObject({ raw: '{"a":' })
    expect(error.issues).toBeUndefined()
    expect(error.thrown).toBeInstanceOf(SyntaxError)
    expect(error.message).toBe('The message is not valid JSON. Check what the server sends.')
  })

  test.each([undefined, () => {}, Symbol('x')])('%o has no JSON form', (message) => {
    expect(thrown('encode', () => json().encode(message)).value).toBe(message)
  })
})

const zod = z.object({ at: z.string().transform((date) => new Date(date)), n: z.number().default(7) })
const valibot = v.object({
  at: v.pipe(
    v.string(),
    v.transform((date) => new Date(date)),
  ),
  n: v.optional(v.number(), 7),
})

describe.each([
  ['zod', zod],
  ['valibot', valibot],
] as const)('json(schema) with %s', (_, schema) => {
  test('gives what the schema makes of a message', () => {
    const message = json(schema).decode('{"at":"2026-01-02T03:04:05.000Z"}')
    expect(message).toEqual({ at: new Date(Date.UTC(2026, 0, 2, 3, 4, 5)), n: 7 })
    expect(message.at.getUTCFullYear()).toBe(2026)
  })

  test('the error for an invalid message has the issues and the raw text', () => {
    const raw = '{"at":5,"n":"six"}'
    const error = thrown('decode', () => json(schema).decode(raw))
    expect(error.raw).toBe(raw)
    expect(error.issues).toHaveLength(2)
    expect(error.message).toBe(
      'The message does not match the schema (2 issues). See `issues` of this error.',
    )
  })

  test('invalid JSON is not passed to the schema', () => {
    expect(thrown('decode', () => json(schema).decode('nonsense')).issues).toBeUndefined()
  })

  test('does not validate messages to send', () => {
    expect(json(schema).encode({ at: '2026-01-02' })).toBe('{"at":"2026-01-02"}')
  })

  test('returns the same codec for the same schema', () => {
    expect(json(schema)).toBe(json(schema))
    expect(json(schema)).not.toBe(json(z.object({ at: z.string() })))
  })
})

describe('json(incoming, outgoing)', () => {
  const outgoing = z.object({ greeting: z.string().min(1) })

  test('checks what is sent and sends it as it was given', () => {
    expect(json(zod, outgoing).encode({ greeting: 'hello' })).toBe('{"greeting":"hello"}')
    expect(thrown('encode', () => json(zod, outgoing).encode({ greeting: '' })).value).toEqual({
      greeting: '',
    })
  })
})

describe('a schema that cannot be used', () => {
  test('an asynchronous schema is rejected, because messages must stay in order', () => {
    const later = z.string().refine(async () => true)
    const error = thrown('bad-option', () => json(asynchronous(later)).decode('"x"'))
    expect(error).toMatchObject({ option: 'codec' })
    expect(thrown('bad-option', () => json(z.string(), asynchronous(later)).encode('x')).option).toBe('codec')
  })

  test('an object that is not a Standard Schema is rejected at once', () => {
    const old: unknown = { parse: () => ({}) }
    const make = json as (schema: unknown) => unknown // what an older schema library would pass
    expect(thrown('bad-option', () => make(old)).message).toContain('Standard Schema')
  })

  /** Makes a schema asynchronous, as the standard allows. */
  function asynchronous(schema: z.ZodType<string>): z.ZodType<string> {
    const { '~standard': standard } = schema
    return Object.assign(Object.create(schema) as z.ZodType<string>, {
      '~standard': { ...standard, validate: async (value: unknown) => standard.validate(value) },
    })
  }
})
