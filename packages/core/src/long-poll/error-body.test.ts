import { describe, expect, test } from 'vitest'
import { polling, respond } from '../../test/long-poll/harness.ts'

const json = { 'content-type': 'application/json' }

describe('[poll-errors] why the server refused a poll', () => {
  test.each([
    'Conflict: terminated by other getUpdates request',
    'Conflict: can’t use getUpdates method while webhook is active',
  ])('is in the error, as with the two kinds of 409 of Telegram: %s', async (description) => {
    const { environment, client, errors } = await polling({
      retry: {
        when: (error) => error?.code === 'http' && /other getUpdates/.test(JSON.stringify(error.body)),
      },
    })
    await respond(environment, { ok: false, error_code: 409, description }, { status: 409, headers: json })
    expect(errors).toMatchObject([{ code: 'http', status: 409, body: { description } }])
    const { status, error } = client.getSnapshot()
    expect(status).toBe(description.includes('other getUpdates') ? 'backoff' : 'closed')
    expect(error?.code === 'http' && error.headers?.get('content-type')).toBe('application/json')
    expect(error?.message).not.toContain('Conflict')
  })

  test('has the problem details, and the delay that the server requests', async () => {
    const { environment, client } = await polling()
    const headers = { 'content-type': 'application/problem+json', 'retry-after': '5' }
    await respond(environment, '{"title":"Maintenance"}', { status: 503, headers })
    expect(client.getSnapshot()).toMatchObject({
      status: 'backoff',
      error: { status: 503, retryAfter: 5000, problem: { title: 'Maintenance' } },
    })
  })

  test('is left out if the body never ends', async () => {
    const { environment, client } = await polling()
    environment.request.respond({ status: 400, headers: json })
    environment.request.write('{')
    await environment.advance(3000)
    expect(client.getSnapshot().error).toMatchObject({ code: 'http', status: 400, body: undefined })
    expect(environment.request.cancelled).toBe(true)
  })

  test('is not awaited after close()', async () => {
    const { environment, client, emitted } = await polling()
    environment.request.respond({ status: 400, headers: json })
    environment.request.write('{')
    await environment.advance(10)
    client.close()
    await environment.advance(10_000)
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', error: undefined })
    expect(emitted).not.toContain('error http')
  })
})
