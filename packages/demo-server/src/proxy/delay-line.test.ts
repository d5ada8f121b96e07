import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createDelayLine } from './delay-line.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function lineInto(out: string[]) {
  return createDelayLine(
    (bytes) => out.push(bytes.toString()),
    () => undefined,
  )
}

test('what is not slowed passes at once', () => {
  const out: string[] = []
  lineInto(out).push(Buffer.from('a'))
  expect(out).toEqual(['a'])
})

test('keeps the order when the delay shrinks', () => {
  const out: string[] = []
  const line = lineInto(out)
  line.slow({ ms: 100 })
  line.push(Buffer.from('a'))
  line.push(() => out.push('marker'))
  line.slow({ ms: 0 })
  line.push(Buffer.from('b'))
  expect(out).toEqual([])
  expect(line.level).toBe(2)
  vi.advanceTimersByTime(100)
  expect(out).toEqual(['a', 'marker', 'b'])
  expect(line.level).toBe(0)
})

test('throttles to so many bytes a second', () => {
  const out: string[] = []
  const line = lineInto(out)
  line.slow({ bytesPerSecond: 100 })
  line.push(Buffer.alloc(300, 'x'))
  vi.advanceTimersByTime(1_000)
  expect(out.join('').length).toBeGreaterThanOrEqual(90)
  expect(out.join('').length).toBeLessThanOrEqual(100)
  vi.advanceTimersByTime(2_100)
  expect(out.join('')).toHaveLength(300)
})

test('a stopped one forgets what it holds, timer and all', () => {
  const out: string[] = []
  const line = lineInto(out)
  line.slow({ ms: 100 })
  line.push(Buffer.from('a'))
  line.stop()
  expect(vi.getTimerCount()).toBe(0)
  vi.advanceTimersByTime(1_000)
  expect(out).toEqual([])
})
