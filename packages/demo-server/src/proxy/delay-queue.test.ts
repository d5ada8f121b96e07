import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createDelayQueue } from './delay-queue.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function queueInto(out: string[]) {
  return createDelayQueue(
    (bytes) => out.push(bytes.toString()),
    () => undefined,
  )
}

test('writes at once without a delay', () => {
  const out: string[] = []
  queueInto(out).push(Buffer.from('a'))
  expect(out).toEqual(['a'])
})

test('keeps the order when the delay shrinks', () => {
  const out: string[] = []
  const queue = queueInto(out)
  queue.slow({ ms: 100 })
  queue.push(Buffer.from('a'))
  queue.push(() => out.push('marker'))
  queue.slow({ ms: 0 })
  queue.push(Buffer.from('b'))
  expect(out).toEqual([])
  expect(queue.pendingBytes).toBe(2)
  vi.advanceTimersByTime(100)
  expect(out).toEqual(['a', 'marker', 'b'])
  expect(queue.pendingBytes).toBe(0)
})

test('limits the bytes per second', () => {
  const out: string[] = []
  const queue = queueInto(out)
  queue.slow({ bytesPerSecond: 100 })
  queue.push(Buffer.alloc(300, 'x'))
  vi.advanceTimersByTime(1_000)
  expect(out.join('').length).toBeGreaterThanOrEqual(90)
  expect(out.join('').length).toBeLessThanOrEqual(100)
  vi.advanceTimersByTime(2_100)
  expect(out.join('')).toHaveLength(300)
})

test('discards its items and its timer when stopped', () => {
  const out: string[] = []
  const queue = queueInto(out)
  queue.slow({ ms: 100 })
  queue.push(Buffer.from('a'))
  queue.stop()
  expect(vi.getTimerCount()).toBe(0)
  vi.advanceTimersByTime(1_000)
  expect(out).toEqual([])
})
