import { describe, expect, test } from 'vitest'
import { is, openSocket, openedTimes } from '../support/web-socket/raw-socket.ts'
import { platforms } from '../support/web-socket/platforms.ts'
import { newTarget, outcomesOf, useDemoServer } from '../support/server.ts'

const server = useDemoServer()

const worthARetry = [1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014, 3000, 3499, 4000, 4400, 4499]
const final = [1002, 1003, 1007, 1009, 1010, 3500, 3999, 4500, 4999]

describe.each(platforms)('with %s', (_, WebSocket) => {
  const environment = { WebSocket }

  test.each(worthARetry)('after the server closes with %i the client reconnects', async (code) => {
    const target = newTarget('/echo')
    server.now.faults.add({ fault: 'close', code, match: target, count: 2 })
    const connection = openSocket(server.now.url + target, { environment })
    await connection.until(openedTimes(3))

    expect(connection.statuses).toEqual([
      'connecting',
      'open',
      'backoff',
      'connecting',
      'open',
      'backoff',
      'connecting',
      'open',
    ])
    const how = { closeCode: code, wasClean: code !== 1006 }
    expect(connection.closes).toMatchObject([how, how])
    expect(connection.errors).toMatchObject([
      { code: 'closed', ...how },
      { code: 'closed', ...how },
    ])
    // An opening alone does not reset the count. The connection first has to stay open for a while.
    expect(connection.client.getSnapshot()).toMatchObject({ status: 'open', attempt: 2, error: undefined })
  })

  test.each(final)('after the server closes with %i the client does not reconnect', async (code) => {
    const target = newTarget('/echo')
    server.now.faults.add({ fault: 'close', code, reason: 'and stay away', match: target, count: 'always' })
    const connection = openSocket(server.now.url + target, { environment })
    await connection.until(is('closed'))

    expect(connection.statuses).toEqual(['connecting', 'open', 'closed'])
    expect(connection.client.getSnapshot().closed).toMatchObject({
      by: 'fatal',
      error: { code: 'closed', closeCode: code, reason: 'and stay away', wasClean: true },
    })
    expect(outcomesOf(server.now, target)).toEqual(['close'])
  })

  test('retry.when decides about a retry in both directions', async () => {
    const again = newTarget('/echo')
    server.now.faults.add({ fault: 'close', code: 4500, match: again })
    const stubborn = openSocket(server.now.url + again, {
      environment,
      retry: { delay: () => 5, when: () => true },
    })
    await stubborn.until(openedTimes(2))
    expect(stubborn.statuses).toEqual(['connecting', 'open', 'backoff', 'connecting', 'open'])

    const never = newTarget('/echo')
    server.now.faults.add({ fault: 'close', code: 1001, match: never })
    const content = openSocket(server.now.url + never, { environment, retry: { when: () => false } })
    await content.until(is('closed'))
    expect(content.client.getSnapshot().closed?.by).toBe('server')
    expect(outcomesOf(server.now, never)).toEqual(['close'])
  })

  test('reconnect() connects again after a final close', async () => {
    const target = newTarget('/echo')
    server.now.faults.add({ fault: 'close', code: 4999, match: target })
    const connection = openSocket(server.now.url + target, { environment })
    await connection.until(is('closed'))
    connection.client.reconnect()
    await connection.until(is('open'))
    expect(connection.client.getSnapshot()).toMatchObject({ attempt: 0, error: undefined, closed: undefined })
  })

  test('the server receives the close code and the reason of close()', async () => {
    const target = newTarget('/echo')
    const closed: [number, string][] = []
    const connection = openSocket(server.now.url + target, {
      environment,
      onClose: ({ closeCode, reason }) => closed.push([closeCode, reason]),
    })
    await connection.until(is('open'))
    connection.client.close(4321, 'lunch')
    expect(connection.client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'user' } })
    await connection.until(() => closed.length > 0)
    expect(closed).toEqual([[4321, 'lunch']])
  })

  describe('a rejected token', () => {
    test.each([4401, 1008])('after %i the URL function is called once more, without a wait', async (code) => {
      const target = newTarget('/echo')
      server.now.faults.add({ fault: 'close', code, match: `${target}old` })
      const previous: unknown[] = []
      const connection = openSocket(
        (context) => {
          previous.push(context.previous)
          return `${server.now.url}${target}${context.previous ? 'new' : 'old'}`
        },
        { environment },
      )
      await connection.until(openedTimes(2))

      expect(connection.statuses).toEqual(['connecting', 'open', 'connecting', 'open'])
      expect(previous).toMatchObject([undefined, { code: 'closed', closeCode: code }])
    })

    test('a second rejection in a row is final', async () => {
      const tokens = ['stale', 'forged', 'good']
      const connection = openSocket(async () => `${server.now.url}/private?token=${tokens.shift()}`, {
        environment,
      })
      await connection.until(is('closed'))

      expect(connection.statuses).toEqual(['connecting', 'open', 'connecting', 'open', 'closed'])
      expect(connection.client.getSnapshot().closed).toMatchObject({
        by: 'fatal',
        error: { closeCode: 4401 },
      })
      expect(tokens).toEqual(['good'])
    })

    test('without a URL function a rejection is final at once', async () => {
      const connection = openSocket(`${server.now.url}/private?token=stale`, { environment })
      await connection.until(is('closed'))
      expect(connection.statuses).toEqual(['connecting', 'open', 'closed'])
    })

    test('a token that expires on an open connection is renewed', async () => {
      const post = async (path: string, body: object) => {
        const response = await fetch(`${server.now.url}${path}`, {
          method: 'POST',
          body: JSON.stringify(body),
        })
        const parsed: unknown = await response.json()
        return parsed
      }
      // The control route returns `{ token }`.
      const issue = async () => ((await post('/control/token', {})) as { token: string }).token
      const token = await issue()
      const tokens = [token, await issue()]
      const connection = openSocket(() => `${server.now.url}/private?token=${tokens.shift()}`, {
        environment,
      })
      await connection.until(({ messages }) => messages.length === 1)
      await post('/control/token/expire', { token })
      await connection.until(({ messages }) => messages.length === 2)

      expect(connection.statuses).toEqual(['connecting', 'open', 'connecting', 'open'])
      expect(connection.messages).toEqual(['{"type":"welcome"}', '{"type":"welcome"}'])
      expect(connection.closes).toMatchObject([{ closeCode: 4401, reason: 'token expired' }])
    })
  })
})
