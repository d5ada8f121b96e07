import { describe, expect, test, vi } from 'vitest'
import type { ServerSentEvent } from './parser.ts'
import { createFakeFetch } from '../testing/index.ts'
import type { TransportEvents } from '../connection/transport.ts'
import type { Fetch } from '../platform/environment.ts'
import type { Outcome } from '../shared/outcome.ts'
import { type EventSourceRequest, eventSourceTransport } from './transport.ts'

/** Lets promises settle. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

/** Starts one attempt and records all events of the transport. */
async function attempt(own: Partial<EventSourceRequest> = {}, during?: (event: ServerSentEvent) => void) {
  const { fetch, requests } = createFakeFetch()
  const emitted: unknown[] = []
  const errors: (Error | undefined)[] = []
  const controller = new AbortController()
  const on: TransportEvents<ServerSentEvent> = {
    opened: ({ url, protocol, headers }) =>
      emitted.push(['opened', url, protocol, headers?.get('x-is') ?? '']),
    message(event, id) {
      emitted.push([event.event, event.data, id])
      during?.(event)
    },
    provedUseful: () => 0,
    cursor: (id) => emitted.push(['cursor', id]),
    activity: () => emitted.push('activity'),
    serverDelay: (ms) => emitted.push(['hint', ms]),
    ended({ kind, error }) {
      emitted.push([kind, error?.code])
      errors.push(error)
    },
  }
  const handle = eventSourceTransport(
    {
      url: new URL('https://a.example/news'),
      init: { method: 'GET' },
      signal: controller.signal,
      lastEventId: undefined,
      limit: 1000,
      fetch,
      runPaced(_, work) {
        work()
        return undefined
      },
      classifyResponse: () => undefined,
      ...own,
    },
    on,
  )
  await settle()
  return { handle, controller, requests, request: requests[0], emitted, errors }
}

const opened = ['opened', 'https://a.example/news', '', '']
const message = (data: string, id = '', event = 'message') => [event, data, id]

describe('one attempt', () => {
  test('requests, opens, delivers events and ends', async () => {
    const { request, emitted, errors } = await attempt()
    expect([request?.url, request?.method]).toEqual(['https://a.example/news', 'GET'])
    expect(emitted).toEqual([])
    request?.respond({ headers: { 'x-is': 'y' }, url: 'https://b.example/' })
    await settle()
    request?.write('data: a\n\n')
    await settle()
    request?.write(': only a comment')
    await settle()
    request?.write('\nretry: 50\nid: 7\n\nevent: x\ndata: b\n\n')
    request?.end()
    await settle()
    expect(emitted).toEqual([
      ['opened', 'https://b.example/', '', 'y'],
      message('a'),
      'activity',
      'activity',
      ['hint', 50],
      ['cursor', '7'],
      message('b', '7', 'x'),
      'activity',
      ['retryable', 'closed'],
    ])
    expect(errors[0]).toMatchObject({ closeCode: 1000, reason: '', wasClean: true })
  })

  test('ends if the response has no body', async () => {
    const fetch: Fetch = async () => new Response(null)
    const { emitted } = await attempt({ fetch })
    expect(emitted).toEqual([opened, ['retryable', 'closed']])
  })

  test('resumes from the given ID until the server sends another', async () => {
    const { request, emitted } = await attempt({ lastEventId: '6' })
    request?.respond()
    request?.write('data: a\n\nid: 6\n\nid: 7\ndata: b\n\nid\ndata: c\n\n')
    await settle()
    expect(emitted.slice(1, -1)).toEqual([message('a', '6'), message('b', '7'), message('c', '')])
  })

  test('that breaks off is retryable, and its error has the cause', async () => {
    const { request, emitted, errors } = await attempt()
    const why = new TypeError('network error')
    request?.respond()
    await settle()
    request?.fail(why)
    await settle()
    expect(emitted).toEqual([opened, ['retryable', 'closed']])
    expect(errors[0]).toMatchObject({ closeCode: 1006, wasClean: false, thrown: why })
  })

  test('without a response is retryable, and its error has the cause', async () => {
    const { request, emitted, errors } = await attempt()
    const why = new TypeError('Failed to fetch')
    request?.fail(why)
    await settle()
    expect(emitted).toEqual([['retryable', 'connect-failed']])
    expect(errors[0]).toMatchObject({ closeCode: 1006, wasClean: false, thrown: why })
  })

  test('with a fetch that throws is retryable too', async () => {
    const fetch: Fetch = () => {
      throw new TypeError('no')
    }
    expect((await attempt({ fetch })).emitted).toEqual([['retryable', 'connect-failed']])
  })

  test('without a fetch is final', async () => {
    const { emitted, errors } = await attempt({ fetch: undefined })
    expect(emitted).toEqual([['fatal', 'unsupported']])
    expect(errors[0]).toMatchObject({ feature: 'fetch' })
  })

  test('whose classifyResponse throws is final', async () => {
    const classifyResponse = () => {
      throw new Error('not today')
    }
    const { request, emitted } = await attempt({ classifyResponse })
    request?.respond()
    await settle()
    expect(emitted).toEqual([['fatal', 'provider']])
  })
})

describe('[event-stream-responses] a response that is refused', () => {
  test.each<Outcome>([
    { kind: 'complete' },
    { kind: 'retryable' },
    { kind: 'fatal' },
    { kind: 'unauthorized' },
  ])('is reported as %j, and its body is cancelled unread', async (verdict) => {
    const classifyResponse = vi.fn<(response: Response) => Outcome>(() => verdict)
    const { request, emitted } = await attempt({ classifyResponse })
    request?.respond({ status: 500 })
    request?.write('data: a\n\n')
    await settle()
    expect(emitted).toEqual([[verdict.kind, undefined]])
    expect([request?.cancelled, request?.aborted]).toEqual([true, false])
    expect(classifyResponse.mock.calls[0]?.[0].status).toBe(500)
  })

  test('ignores a body that is already broken', async () => {
    const { request, emitted } = await attempt({ classifyResponse: () => ({ kind: 'retryable' }) })
    request?.respond({ status: 500 })
    request?.fail()
    await settle()
    expect(emitted).toEqual([['retryable', undefined]])
  })
})

describe('[event-stream-syntax] text is decoded', () => {
  const bytes = new TextEncoder().encode('\uFEFFdata: a€😀\n\n')

  test('wherever a character is cut, and without the byte order mark', async () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { request, emitted } = await attempt()
      request?.respond()
      request?.write(bytes.subarray(0, cut))
      request?.write(bytes.subarray(cut))
      await settle()
      expect(emitted, String(cut)).toContainEqual(message('a€😀'))
    }
  })

  test('invalid UTF-8 does not end it', async () => {
    const { request, emitted } = await attempt()
    request?.respond()
    request?.write(new Uint8Array([...new TextEncoder().encode('data: '), 0xff, 10, 10]))
    await settle()
    expect(emitted).toContainEqual(message('\uFFFD'))
  })
})

describe('[close] aborted', () => {
  test('before it has started: sends no request', async () => {
    const { requests, emitted } = await attempt({ signal: AbortSignal.abort() })
    expect([requests.length, emitted]).toEqual([0, []])
  })

  test('before the response: emits nothing, also if the response comes late', async () => {
    const { controller, handle, request, emitted } = await attempt()
    controller.abort()
    handle.close()
    request?.respond()
    await settle()
    expect([emitted, request?.aborted]).toEqual([[], true])
  })

  test('in the middle of a chunk: emits nothing of the rest', async () => {
    const { handle, controller, request, emitted } = await attempt({}, ({ data }) => {
      if (data !== 'b') return
      controller.abort()
      handle.close()
    })
    request?.respond()
    request?.write('data: a\n\ndata: b\n\ndata: c\n\n')
    request?.write('data: d\n\n')
    await settle()
    expect(emitted.filter((entry) => entry !== 'activity')).toEqual([opened, message('a'), message('b')])
    expect(request?.cancelled).toBe(true)
  })

  test('with a fetch that ignores its signal: emits nothing and cancels the body', async () => {
    const cancel = vi.fn<() => void>()
    let response = (_: Response) => {}
    const fetch: Fetch = () => new Promise((resolve) => (response = resolve))
    const { controller, handle, emitted } = await attempt({ fetch })
    controller.abort()
    handle.close()
    response(new Response(new ReadableStream({ cancel })))
    await settle()
    expect(emitted).toEqual([])
    expect(cancel).toHaveBeenCalledOnce()
  })

  test('the same while the body is read', async () => {
    const cancel = vi.fn<() => void>()
    let write = (_: string) => {}
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void (write = (text) => controller.enqueue(new TextEncoder().encode(text))),
      cancel,
    })
    const { controller, handle, emitted } = await attempt({ fetch: async () => new Response(body) })
    write('data: a\n\n')
    await settle()
    controller.abort()
    handle.close()
    await settle()
    expect(emitted).toEqual([opened, message('a'), 'activity'])
    expect(cancel).toHaveBeenCalledOnce()
  })
})

describe('an event that is too long', () => {
  test('ends it for good', async () => {
    const { request, emitted, errors } = await attempt({ limit: 10 })
    request?.respond()
    request?.write('data: a\n\ndata: 1234567890')
    request?.write('\n\ndata: b\n\n')
    await settle()
    expect(emitted.slice(1).filter((entry) => entry !== 'activity')).toEqual([
      message('a'),
      ['fatal', 'too-large'],
    ])
    expect(errors[0]).toMatchObject({ limit: 10 })
  })
})

describe('a chunk of megabytes', () => {
  const many = Array.from({ length: 5000 }, (_, index) => `data: ${index}\n: ${'.'.repeat(40)}\n\n`).join('')

  /** Pauses after each slice until the test continues. */
  const pacing =
    (take: (end: () => void) => void): EventSourceRequest['runPaced'] =>
    (_, work) => {
      work()
      return new Promise(take)
    }

  test('is read in slices, with tasks of the page between them', async () => {
    let goOn = () => {}
    const sizes: number[] = []
    const pace = (size: number, work: () => void) => {
      sizes.push(size)
      work()
      return new Promise<void>((resolve) => (goOn = resolve))
    }
    const { request, emitted } = await attempt({ runPaced: pace })
    request?.respond()
    request?.write(many)
    await settle()
    const first = emitted.length
    expect([first > 100, first < 3000]).toEqual([true, true])
    for (let turn = 0; turn < 10; turn++) {
      goOn()
      await settle()
    }
    const messages = emitted.filter((entry) => Array.isArray(entry) && entry[0] === 'message')
    expect(messages).toEqual(Array.from({ length: 5000 }, (_, index) => message(String(index))))
    expect(sizes).toHaveLength(Math.ceil(many.length / 65_536))
    expect(sizes.reduce((sum, size) => sum + size)).toBe(many.length)
  })

  test('the connection does not count as silent while a chunk is read', async () => {
    let goOn = () => {}
    const { request, emitted } = await attempt({ runPaced: pacing((end) => (goOn = end)) })
    request?.respond()
    request?.write(many)
    await settle()
    const before = emitted.filter((entry) => entry === 'activity').length
    goOn()
    await settle()
    expect(emitted.filter((entry) => entry === 'activity').length).toBe(before + 1)
  })

  test('[close] aborted between slices: emits nothing more', async () => {
    let goOn = () => {}
    const { request, emitted, controller, handle } = await attempt({
      runPaced: pacing((end) => (goOn = end)),
    })
    request?.respond()
    request?.write(many)
    await settle()
    const before = emitted.length
    controller.abort()
    handle.close()
    goOn()
    await settle()
    expect(emitted).toHaveLength(before)
  })
})
