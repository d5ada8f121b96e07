import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createPacer, type Pacer } from './pacer.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function pacerThat(options: { rate: number; ready?: () => boolean; last?: number }): {
  pacer: Pacer
  sent: () => number
} {
  let sent = 0
  const pacer = createPacer({
    rate: options.rate,
    ready: options.ready ?? (() => true),
    batch: (burst) => burst(),
    emit() {
      sent += 1
      return sent !== options.last
    },
  })
  return { pacer, sent: () => sent }
}

test.each([1, 7, 1_000, 20_000])('%i a second is exact over ten seconds', (rate) => {
  const { pacer, sent } = pacerThat({ rate })
  vi.advanceTimersByTime(10_000)
  // One message is sent at once, then the rate applies. The newest may not be due yet.
  expect(sent()).toBeGreaterThanOrEqual(rate * 10 + 1 - Math.ceil(rate / 200))
  expect(sent()).toBeLessThanOrEqual(rate * 10 + 1)
  expect(pacer.withheld).toBe(0)
  pacer.stop()
})

test('a new rate applies from now on', () => {
  const { pacer, sent } = pacerThat({ rate: 0 })
  vi.advanceTimersByTime(5_000)
  expect(sent()).toBe(0)
  pacer.setRate(1_000)
  vi.advanceTimersByTime(1_000)
  expect(sent()).toBeGreaterThanOrEqual(995)
  expect(sent()).toBeLessThanOrEqual(1_001)
  pacer.setRate(0)
  const before = sent()
  vi.advanceTimersByTime(5_000)
  expect(sent()).toBe(before)
  pacer.stop()
})

test('messages that the receiver cannot take stay due for a second, then they are dropped and counted', () => {
  let ready = false
  const { pacer, sent } = pacerThat({ rate: 100, ready: () => ready })
  vi.advanceTimersByTime(500)
  expect(sent()).toBe(0)
  expect(pacer.withheld).toBe(0)
  vi.advanceTimersByTime(2_500)
  expect(pacer.withheld).toBeGreaterThan(190)
  ready = true
  vi.advanceTimersByTime(10)
  expect(sent() + pacer.withheld).toBeGreaterThanOrEqual(300)
  expect(sent() + pacer.withheld).toBeLessThanOrEqual(302)
  pacer.stop()
})

test('ends with the last message, and leaves no timer', () => {
  const { sent } = pacerThat({ rate: 20_000, last: 5 })
  vi.advanceTimersByTime(1_000)
  expect(sent()).toBe(5)
  expect(vi.getTimerCount()).toBe(0)
})

test('a stopped pacer does not start again', () => {
  const { pacer, sent } = pacerThat({ rate: 100 })
  pacer.stop()
  pacer.setRate(1_000)
  vi.advanceTimersByTime(1_000)
  expect(sent()).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
})
