import { describe, expect, test } from 'vitest'
import { silence } from '../connection/heartbeat.ts'
import { NOTHING, block, leftovers, requesting, respond, streaming } from '../../test/event-source/harness.ts'

describe.each([
  ['`offline` then `online`', ['offline', 'online']],
  ['a jump of the clock of over a minute', ['slept']],
] as const)('[half-open] no heartbeat, after %s', (_, pageEvents) => {
  test('an open stream is replaced, and resumes', async () => {
    const { client, environment, emitted, write } = await streaming()
    await write(block('a', { id: '1' }))
    await environment.advance(60_000)
    for (const pageEvent of pageEvents) environment.emitPageEvent(pageEvent)
    await environment.advance(12_499)
    expect(environment.requests).toHaveLength(1)
    await environment.advance(1)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true, false])
    expect(environment.request.headers.get('last-event-id')).toBe('1')
    await respond(environment)
    expect(emitted).toEqual(['open', 'message a', 'close 1000', 'open'])
    client.close()
    await environment.advance(16)
    expect(leftovers(environment)).toEqual(NOTHING)
  })

  test.each([
    ['an event', block('x')],
    ['a comment', ': still here\n'],
    ['a part of a line', 'da'],
  ])('an open stream stays if a byte arrives: %s', async (__, piece) => {
    const { environment, write } = await streaming()
    for (const pageEvent of pageEvents) environment.emitPageEvent(pageEvent)
    await environment.advance(9999)
    await write(piece)
    await environment.advance(3_600_000)
    expect(environment.requests).toHaveLength(1)
  })

  test('a request without a response is replaced', async () => {
    const { client, environment } = await requesting()
    await environment.advance(3000)
    for (const pageEvent of pageEvents) environment.emitPageEvent(pageEvent)
    await environment.advance(12_500)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true, false])
    expect(client.getSnapshot()).toMatchObject({ status: 'connecting', attempt: 0, error: undefined })
  })

  test('so is one with `silence()` and without a time limit', async () => {
    const { environment } = await requesting({ heartbeat: silence(), timeout: { connect: false } })
    await environment.advance(3000)
    for (const pageEvent of pageEvents) environment.emitPageEvent(pageEvent)
    await environment.advance(12_500)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true, false])
  })

  test('a response that arrives in time is not replaced', async () => {
    const { environment } = await requesting()
    for (const pageEvent of pageEvents) environment.emitPageEvent(pageEvent)
    await environment.advance(9999)
    await respond(environment)
    await environment.advance(3_600_000)
    expect(environment.requests).toHaveLength(1)
  })

  test.each([
    ['open', streaming],
    ['connecting', requesting],
  ])('a request that must not be repeated is left alone: %s', async (status, start) => {
    const { client, environment } = await start({ method: 'POST', body: 'x', timeout: { connect: false } })
    for (const pageEvent of pageEvents) environment.emitPageEvent(pageEvent)
    await environment.advance(3_600_000)
    expect([client.getSnapshot().status, environment.requests.length]).toEqual([status, 1])
  })
})
