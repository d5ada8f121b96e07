import { describe, expect, test } from 'vitest'
import {
  adoptNewCodecs,
  applyOptimisticUpdate,
  createDecodedData,
  setServerValue,
} from './optimistic-data.ts'

/** Data with optimistic updates that append a letter, and the errors that were reported. */
function data(initial: string) {
  const decoded = createDecodedData(undefined, initial)
  const errors: unknown[] = []
  const report = (error: unknown) => void errors.push(error)
  const apply = (update: (value: string) => string) =>
    applyOptimisticUpdate(decoded, (value) => update(String(value)), report)
  return {
    decoded,
    errors,
    apply,
    append: (letter: string) => apply((value) => value + letter),
    respond: (value: string) => setServerValue(decoded, () => value),
  }
}

test('an update that throws after another was rolled back is reported and removed', () => {
  const { decoded, errors, append, apply } = data('')
  const { rollBack } = append('a')
  apply((value) => {
    if (!value) throw new Error('bad')
    return `${value}x`
  })
  append('b')
  rollBack()
  expect([decoded.shownValue, errors.length]).toEqual(['b', 1])
})

describe('a response during a write', () => {
  test('stays hidden until all writes have ended and a new response has arrived', () => {
    const { decoded, append, respond } = data('')
    const [one, two] = [append('a'), append('b')]
    respond('a')
    expect(decoded.shownValue).toBe('ab')
    expect(two.commit()).toBe(true)
    respond('ab')
    expect(decoded.shownValue).toBe('ab')
    expect(one.commit()).toBe(false)
    expect(decoded.shownValue).toBe('ab')
    respond('ba')
    expect(decoded).toMatchObject({ shownValue: 'ba', updates: [] })
  })

  test('is shown once the write has failed', () => {
    const { decoded, append, respond } = data('')
    const { rollBack } = append('a')
    respond('1')
    expect(decoded.shownValue).toBe('a')
    expect(rollBack()).toBe(true)
    expect(decoded.shownValue).toBe('1')
  })

  test('of two writes of which one fails, the other stays', () => {
    const { decoded, append, respond } = data('')
    const [one, two] = [append('a'), append('b')]
    respond('1')
    expect([one.commit(), two.rollBack(), decoded.shownValue]).toEqual([true, false, 'a'])
  })
})

test('an update that is rolled back leaves those before and after it', () => {
  const { decoded, append } = data('')
  append('a')
  const { rollBack } = append('b')
  append('c')
  rollBack()
  expect(decoded.shownValue).toBe('ac')
})

describe('a new codec of an observer', () => {
  const [before, after] = [{ decode: () => 1 }, { decode: () => 2 }]
  const shared = () => createDecodedData(before, 1)

  test('replaces that of its data', () => {
    const decoded = shared()
    adoptNewCodecs([{ decoded, options: { codec: after } }])
    expect(decoded.codec).toBe(after)
  })

  test('replaces it although an observer of other data has another codec', () => {
    const decoded = shared()
    adoptNewCodecs([
      { decoded, options: { codec: after } },
      { decoded: shared(), options: { codec: before } },
    ])
    expect(decoded.codec).toBe(after)
  })

  test('does not replace it while another observer uses it', () => {
    const decoded = shared()
    adoptNewCodecs([
      { decoded, options: { codec: after } },
      { decoded, options: { codec: before } },
    ])
    expect(decoded.codec).toBe(before)
  })
})
