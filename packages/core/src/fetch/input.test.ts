import { expect, test } from 'vitest'
import * as z from 'zod'
import { json } from '../shared/codec.ts'
import { client, createEnvironment, respond } from '../../test/fetch/harness.ts'
import type { AnyFetchOptions } from './options.ts'

const NewUser = z.object({ name: z.string().min(1), born: z.date().optional() })

test('[request-input] a body that does not match the schema of `input` is not sent, and the error has the issues', async () => {
  const environment = createEnvironment()
  const errors: unknown[] = []
  const create = client(environment, '/users', {
    method: 'POST',
    input: json(NewUser),
    onError: (error: unknown) => errors.push(error),
  })
  const promise = create.execute({ json: { name: '' } })
  await environment.advance(60_000)
  await expect(promise).rejects.toMatchObject({ code: 'encode', issues: [{ path: ['name'] }] })
  expect(environment.requests).toHaveLength(0)
  const { status, error } = create.getSnapshot()
  expect(status).toBe('error')
  expect(errors).toEqual([error])
  expect(String(error)).toContain('does not match the schema')
})

test('[request-input] a body that matches is sent as it was given', async () => {
  const environment = createEnvironment()
  const born = new Date(0)
  const create = client(environment, '/users', { method: 'POST', input: json(NewUser) })
  const promise = create.execute({ json: { name: 'Ada', born, more: 1 } })
  await environment.advance(0)
  expect(environment.requests[0]?.init?.body).toBe(JSON.stringify({ name: 'Ada', born, more: 1 }))
  await respond(environment, 'done')
  expect(await promise).toBe('done')
})

test('[request-input] `json` of the hook itself is validated too, and an encoder of your own is used', async () => {
  const environment = createEnvironment()
  const write = (options: AnyFetchOptions) =>
    client(environment, '/users', { method: 'PUT', ...options }).execute()
  const invalid = write({ json: {}, input: json(NewUser) })
  await environment.advance(0)
  await expect(invalid).rejects.toMatchObject({ code: 'encode' })
  const input = { encode: (value: unknown) => `#${JSON.stringify(value)}` }
  void write({ json: [1], input, headers: { 'content-type': 'text/x-own' } })
  await environment.advance(0)
  expect(environment.requests.map(({ init }) => init?.body)).toEqual(['#[1]'])
})

test('[request-input] a schema or a codec without encode() is refused', () => {
  const environment = createEnvironment()
  for (const input of [NewUser, { decode: () => 1 }, {}])
    expect(() => client(environment, '/users', { input } as object)).toThrow('Option input is a schema')
})
