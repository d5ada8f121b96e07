import { expect, test } from 'vitest'
import * as z from 'zod'
import { binary, json, text } from '../shared/codec.ts'
import { client, createEnvironment, respond } from '../../test/fetch/harness.ts'

const codecs = [undefined, json(), json(z.object({})), text(), binary()]
const JSON_TYPE = { 'content-type': 'application/json' }

interface Case {
  readonly method?: string
  readonly status: number
  readonly headers?: Record<string, string>
  /** How many of the codecs give nothing. */
  readonly count?: number
}

const cases: readonly Case[] = [
  { status: 204 },
  { status: 205 },
  { status: 200, method: 'HEAD' },
  ...[200, 201, 202].map((status) => ({ status, headers: JSON_TYPE, count: 3 })),
]

// So the types must not say that there are data as soon as the status is `success`.
test.each(cases)('[empty-body] %j is a success without data', async ({ method, count, ...head }) => {
  for (const codec of codecs.slice(0, count)) {
    const environment = createEnvironment()
    const one = client(environment, '/a', { codec, method })
    const promise = one.execute()
    await environment.advance(0)
    await respond(environment, '', head)
    expect(await promise).toBeUndefined()
    expect(one.getSnapshot()).toMatchObject({ status: 'success', data: undefined, error: undefined })
  }
})
