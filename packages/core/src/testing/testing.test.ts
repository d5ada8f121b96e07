import { describe, expect, test } from 'vitest'
import { createFakeFetch, createFakeWebSocket, createTestEnvironment, createVirtualClock } from './index.ts'

describe('the virtual clock', () => {
  test('runs due timers in the order of time, then of their start', async () => {
    const clock = createVirtualClock(0)
    const ran: string[] = []
    for (const [name, ms] of [
      ['c', 20],
      ['a', 10],
      ['b', 10],
      ['d', 21],
    ] as const) {
      clock.setTimeout(() => ran.push(`${name} at ${clock.now()}`), ms)
    }
    await clock.advance(20)
    expect(ran).toEqual(['a at 10', 'b at 10', 'c at 20'])
    expect(clock.timers).toBe(1)
    await clock.advance(1)
    expect(ran.at(-1)).toBe('d at 21')
    expect([clock.now(), clock.timers]).toEqual([21, 0])
  })

  test('runs timers that timers start, if they become due too', async () => {
    const clock = createVirtualClock(0)
    const ran: number[] = []
    const tick = () => {
      ran.push(clock.now())
      clock.setTimeout(tick, 10)
    }
    tick()
    await clock.advance(35)
    expect(ran).toEqual([0, 10, 20, 30])
  })

  test('does not run a cleared timer, even if it was due at the same time', async () => {
    const clock = createVirtualClock(0)
    const ran: string[] = []
    clock.setTimeout(() => clock.clearTimeout(second), 10)
    const second = clock.setTimeout(() => ran.push('second'), 10)
    await clock.advance(10)
    expect(ran).toEqual([])
    expect(clock.timers).toBe(0)
  })

  test('treats a negative delay as 0, and never turns the clock back', async () => {
    const clock = createVirtualClock(5)
    const ran: number[] = []
    clock.setTimeout(() => ran.push(clock.now()), -100)
    await clock.advance(0)
    expect(ran).toEqual([5])
  })

  test('lets promises settle before each timer and at the end', async () => {
    const clock = createVirtualClock(0)
    const ran: string[] = []
    const chain = async (name: string) => {
      for (let turn = 0; turn < 6; turn++) await Promise.resolve()
      ran.push(name)
    }
    void chain('before')
    clock.setTimeout(() => {
      ran.push('timer')
      void chain('after')
    }, 10)
    await clock.advance(10)
    expect(ran).toEqual(['before', 'timer', 'after'])
  })

  test('jumps as sleep does: due timers run later', async () => {
    const clock = createVirtualClock(0)
    const ran: number[] = []
    clock.setTimeout(() => ran.push(clock.now()), 10)
    clock.jump(1000)
    expect(ran).toEqual([])
    await clock.advance(0)
    expect(ran).toEqual([1000])
  })

  test('starts at a time that is not 0 by default', () => {
    expect(createVirtualClock().now()).toBe(1_000_000)
  })
})

describe('the fake WebSocket', () => {
  const open = () => {
    const { WebSocket, sockets } = createFakeWebSocket()
    const socket = new WebSocket('wss://a.example/', ['v1'])
    const emitted: string[] = []
    socket.onopen = () => emitted.push('open')
    socket.onmessage = ({ data }) => emitted.push(`message ${String(data)}`)
    socket.onerror = () => emitted.push('error')
    socket.onclose = ({ code, reason, wasClean }) => emitted.push(`close ${code} ${reason} ${wasClean}`)
    const server = sockets[0]
    if (!server) throw new Error('No socket was kept')
    return { socket, server, emitted }
  }

  test('fires the same events as a real one, in the same order', () => {
    const { socket, server, emitted } = open()
    expect([socket.readyState, server.url, server.protocols]).toEqual([0, 'wss://a.example/', ['v1']])
    server.accept('v1')
    expect([socket.readyState, socket.protocol]).toEqual([1, 'v1'])
    server.receive('hello')
    server.end(1001, 'bye')
    expect(socket.readyState).toBe(3)
    expect(emitted).toEqual(['open', 'message hello', 'close 1001 bye true'])
  })

  test('a failed handshake fires error, then close with 1006', () => {
    const { server, emitted } = open()
    server.refuse()
    expect(emitted).toEqual(['error', 'close 1006  false'])
  })

  test('send() throws before it is open, works while open, and is ignored after', () => {
    const { socket, server } = open()
    expect(() => socket.send('early')).toThrow('Still connecting')
    server.accept()
    socket.send('in time')
    socket.close(3000, 'enough')
    socket.send('late')
    expect(server.sent).toEqual(['in time'])
    expect(server.closedWith).toEqual({ code: 3000, reason: 'enough' })
  })

  test('fires close after close(), later and once, with what the server confirms', async () => {
    const { socket, server, emitted } = open()
    server.accept()
    socket.close(3000, 'enough')
    expect([socket.readyState, emitted]).toEqual([2, ['open']])
    await Promise.resolve()
    expect([socket.readyState, emitted]).toEqual([3, ['open', 'close 3000 enough true']])
    server.end()
    server.accept()
    expect(emitted).toHaveLength(2)
  })

  test('close() without a code reports 1005, and before the handshake 1006', async () => {
    const [opened, connecting] = [open(), open()]
    opened.server.accept()
    opened.socket.close()
    connecting.socket.close()
    await Promise.resolve()
    expect(opened.emitted).toEqual(['open', 'close 1005  true'])
    expect(connecting.emitted).toEqual(['error', 'close 1006  false'])
  })

  test('fires no close if the server does not confirm it', async () => {
    const { socket, server, emitted } = open()
    server.accept()
    server.confirmsClose = false
    socket.close()
    await Promise.resolve()
    expect([socket.readyState, emitted]).toEqual([2, ['open']])
    server.end(1000)
    expect(emitted).toEqual(['open', 'close 1000  true'])
  })

  test('refuses a subprotocol that is offered twice, as browsers do', () => {
    const { WebSocket, sockets } = createFakeWebSocket()
    expect(() => new WebSocket('wss://a.example/', ['v1', 'v1'])).toThrow('Duplicate')
    expect(sockets).toEqual([])
  })
})

describe('the fake fetch', () => {
  const sendRequest = (init: RequestInit = {}) => {
    const { fetch, requests } = createFakeFetch()
    const promise = fetch('https://a.example/news', init)
    const [request] = requests
    if (!request) throw new Error('No request was kept')
    return { promise, request, requests, fetch }
  }

  test('stores all requests, oldest first', () => {
    const init = { method: 'POST', headers: { 'X-A': '1' }, body: 'x' }
    const { fetch, request, requests } = sendRequest(init)
    void fetch('https://b.example/', {})
    expect(request).toMatchObject({ url: 'https://a.example/news', method: 'POST', body: 'x', init })
    expect(request.headers.get('x-a')).toBe('1')
    expect([request.aborted, request.cancelled]).toEqual([false, false])
    expect(requests.map(({ url, method, body }) => [url, method, body])[1]).toEqual([
      'https://b.example/',
      'GET',
      null,
    ])
  })

  test('responds with an event stream of the requested URL by default', async () => {
    const { promise, request } = sendRequest()
    request.respond()
    const { status, url, headers } = await promise
    expect([status, url, headers.get('content-type')]).toEqual([
      200,
      'https://a.example/news',
      'text/event-stream',
    ])
    const other = sendRequest()
    other.request.respond({ status: 503, headers: { 'retry-after': '5' }, url: 'https://b.example/' })
    const refusal = await other.promise
    expect([refusal.status, refusal.url, refusal.headers.get('retry-after')]).toEqual([
      503,
      'https://b.example/',
      '5',
    ])
    expect(refusal.headers.has('content-type')).toBe(false)
  })

  test('writes text and bytes, and ends', async () => {
    const { promise, request } = sendRequest()
    request.respond()
    request.write('a€')
    request.write(new Uint8Array([98]))
    request.end()
    expect(await (await promise).text()).toBe('a€b')
    expect(request.cancelled).toBe(false)
  })

  test.each([204, 205, 304])('%i has no body', async (status) => {
    const { promise, request } = sendRequest()
    request.respond({ status, headers: {} })
    expect((await promise).body).toBeNull()
  })

  test('fails before the response, and in the middle of the body', async () => {
    const early = sendRequest()
    early.request.fail()
    await expect(early.promise).rejects.toThrow('Failed to fetch')
    const late = sendRequest()
    late.request.respond()
    late.request.write('a')
    const { body } = await late.promise
    late.request.fail(new Error('cut'))
    await expect(new Response(body).text()).rejects.toThrow('cut')
  })

  test('tells that it was aborted, before the response or after', async () => {
    for (const hasResponse of [false, true]) {
      const controller = new AbortController()
      const { promise, request } = sendRequest({ signal: controller.signal })
      if (hasResponse) request.respond()
      controller.abort()
      expect([request.aborted, request.cancelled]).toEqual([true, true])
      const read = promise.then((response) => response.text())
      await expect(read).rejects.toMatchObject({ name: 'AbortError' })
      // Further calls of the server do not throw.
      if (hasResponse) request.write('late')
      request.end()
    }
    const { promise, request } = sendRequest({ signal: AbortSignal.abort() })
    expect(request.aborted).toBe(true)
    await expect(promise).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('reports a cancelled body, to which nothing is written afterwards', async () => {
    const { promise, request } = sendRequest()
    request.respond({ status: 500 })
    await (await promise).body?.cancel()
    expect([request.aborted, request.cancelled]).toEqual([false, true])
    request.write('late')
    request.end()
  })

  test('one that has failed was not aborted by the page', async () => {
    const { promise, request } = sendRequest()
    request.fail()
    await expect(promise).rejects.toThrow()
    expect([request.aborted, request.cancelled]).toEqual([false, false])
  })

  test('explains what to do without a response or request', () => {
    expect(() => sendRequest().request.write('x')).toThrow('Call `respond()` first')
    expect(() => createTestEnvironment().request).toThrow('Open the stream')
  })
})

describe('the test environment', () => {
  test('has options for random numbers, base URL and start time', () => {
    expect(createTestEnvironment().random()).toBe(0.5)
    expect(createTestEnvironment({ random: () => 0.1 }).random()).toBe(0.1)
    expect(createTestEnvironment().baseUrl).toBe('https://test.example/')
    expect(createTestEnvironment({ baseUrl: undefined }).baseUrl).toBeUndefined()
    expect(createTestEnvironment({ start: 5 }).now()).toBe(5)
  })

  test('passes page events to its listeners, and counts them', () => {
    const environment = createTestEnvironment()
    const events: string[] = []
    const stop = environment.onPageEvent((signal) => events.push(signal))
    environment.emitPageEvent('offline')
    expect(environment.listeners).toBe(1)
    stop()
    stop()
    environment.emitPageEvent('online')
    expect(events).toEqual(['offline'])
    expect(environment.listeners).toBe(0)
  })

  test('says what to do where no socket was connected yet', () => {
    expect(() => createTestEnvironment().socket).toThrow('Open the connection')
  })
})
