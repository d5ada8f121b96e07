import { describe, expect, test, vi } from 'vitest'
import { readBody } from './fetch-response.ts'

const { signal } = new AbortController()
const LIMIT = 1_000_000

/** A response of the page's own origin, as the platform reports it. */
function ownResponse(text: string, headers: Record<string, string>, type: ResponseType = 'basic') {
  const response = new Response(text, { headers })
  Object.defineProperty(response, 'type', { value: type })
  const body = response.body as ReadableStream<Uint8Array> // it has one
  return { response, getReader: vi.spyOn(body, 'getReader'), arrayBuffer: vi.spyOn(response, 'arrayBuffer') }
}

describe('reading a body', () => {
  test('reads a small body of the same origin at once', async () => {
    const { response, arrayBuffer } = ownResponse('héllo', { 'content-length': '6' })
    const onProgress = vi.fn<(received: number) => void>()
    const bytes = await readBody(response, signal, LIMIT, onProgress)
    expect(new TextDecoder().decode(bytes)).toBe('héllo')
    expect(arrayBuffer).toHaveBeenCalledOnce()
    expect(onProgress.mock.calls).toEqual([[6]])
  })

  test.each([
    ['without a length', {}, 'basic'],
    [
      'with Content-Encoding, whose length is the compressed one',
      { 'content-length': '5', 'content-encoding': 'gzip' },
      'basic',
    ],
    ['with a long body', { 'content-length': '16385' }, 'basic'],
    ['of another origin, where Content-Encoding may be hidden', { 'content-length': '5' }, 'cors'],
    ['that the program has created', { 'content-length': '5' }, 'default'],
  ] as const)('reads a response as a stream %s', async (_, headers, type) => {
    const { response, getReader, arrayBuffer } = ownResponse(
      'x'.repeat(Number(Object.values(headers)[0] ?? 5)),
      headers,
      type,
    )
    await readBody(response, signal, LIMIT)
    expect([getReader.mock.calls.length, arrayBuffer.mock.calls.length]).toEqual([1, 0])
  })

  test('reads a body above the limit as a stream, and stops', async () => {
    const { response, arrayBuffer } = ownResponse('hello', { 'content-length': '5' })
    await expect(readBody(response, signal, 4)).rejects.toMatchObject({ code: 'too-large', limit: 4 })
    expect(arrayBuffer).not.toHaveBeenCalled()
  })

  test('a small body that breaks off is an error, and so is one that is longer than its length', async () => {
    const broken = ownResponse('hello', { 'content-length': '5' })
    broken.arrayBuffer.mockRejectedValue(new TypeError('network error'))
    await expect(readBody(broken.response, signal, LIMIT)).rejects.toMatchObject({ code: 'closed' })
    const longer = ownResponse('x'.repeat(100), { 'content-length': '5' })
    await expect(readBody(longer.response, signal, 50)).rejects.toMatchObject({ code: 'too-large' })
  })

  test('an aborted request delivers no small body', async () => {
    const controller = new AbortController()
    const { response } = ownResponse('hello', { 'content-length': '5' })
    const reading = readBody(response, controller.signal, LIMIT)
    const reason = new Error('aborted')
    controller.abort(reason)
    await expect(reading).rejects.toBe(reason)
  })
})
