import { describe, expect, test } from 'vitest'
import { NOTHING, leftovers, requesting, respond } from '../../test/event-source/harness.ts'

const refuse = { status: 400, headers: { 'content-type': 'application/json', 'x-request-id': '7' } }

describe('[event-stream-responses] why the server refused', () => {
  test('is in the error: status, headers and parsed body', async () => {
    const { client, environment, emitted } = await requesting({ method: 'POST', body: { prompt: 'x' } })
    await respond(environment, refuse)
    environment.request.write('{"error":{"code":"context_length_exceeded",')
    environment.request.write('"message":"context length exceeded"}}')
    environment.request.end()
    await environment.advance(0)
    const { error } = client.getSnapshot()
    expect(error).toMatchObject({
      code: 'http',
      status: 400,
      body: { error: { code: 'context_length_exceeded', message: 'context length exceeded' } },
    })
    expect(error?.code === 'http' && error.headers?.get('x-request-id')).toBe('7')
    expect([client.getSnapshot().closed?.by, emitted]).toEqual(['fatal', ['error http']])
    expect(leftovers(environment)).toEqual(NOTHING)
  })

  test('has the problem details, and the delay that the server requests', async () => {
    const { client, environment } = await requesting()
    const headers = { 'content-type': 'application/problem+json', 'retry-after': '5' }
    await respond(environment, { status: 503, headers })
    environment.request.write('{"title":"Maintenance"}')
    environment.request.end()
    await environment.advance(0)
    expect(client.getSnapshot()).toMatchObject({
      status: 'backoff',
      error: { status: 503, retryAfter: 5000, problem: { title: 'Maintenance' } },
    })
  })

  test('is left out if the body takes more than 3 s', async () => {
    const { client, environment } = await requesting()
    await respond(environment, refuse)
    environment.request.write('{')
    await environment.advance(2999)
    expect(client.getSnapshot().status).toBe('connecting')
    await environment.advance(1)
    expect(client.getSnapshot().error).toMatchObject({ code: 'http', status: 400, body: undefined })
    expect([environment.request.cancelled, leftovers(environment)]).toEqual([true, NOTHING])
  })

  test('is left out if the body has more than 1 MiB', async () => {
    const { client, environment } = await requesting()
    await respond(environment, refuse)
    environment.request.write(new Uint8Array(1_048_577))
    await environment.advance(0)
    expect(client.getSnapshot().error).toMatchObject({ code: 'http', body: undefined })
    expect(environment.request.cancelled).toBe(true)
  })

  test('is text without a type, and unparsed if it is not of its type', async () => {
    for (const headers of [
      { 'content-length': '2' },
      { 'content-type': 'application/json' },
    ] as HeadersInit[]) {
      const { client, environment } = await requesting()
      await respond(environment, { status: 403, headers })
      environment.request.write('no')
      environment.request.end()
      await environment.advance(0)
      expect(client.getSnapshot().error).toMatchObject({ body: 'no' })
    }
  })

  test('is not read any more after close()', async () => {
    const { client, environment, emitted } = await requesting()
    await respond(environment, refuse)
    client.close()
    await environment.advance(5000)
    expect([environment.request.cancelled, emitted, leftovers(environment)]).toEqual([true, [], NOTHING])
  })
})
