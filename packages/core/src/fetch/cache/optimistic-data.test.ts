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
    /** Fails once a response has begun with `!`. */
    appendUnlessBad: () =>
      apply((value) => {
        if (value.startsWith('!')) throw new Error('bad')
        return `${value}x`
      }),
    respond: (value: string) => setServerValue(decoded, () => value, report),
  }
}

describe('an update that throws on a later response', () => {
  test('is reported and removed; the updates after it stay', () => {
    const { decoded, errors, append, appendUnlessBad, respond } = data('')
    appendUnlessBad()
    append('a')
    append('b')
    respond('!')
    expect([decoded.shownValue, errors.length]).toEqual(['!ab', 1])
    respond('')
    expect(decoded.shownValue).toBe('ab')
  })

  test('needs no refetch when the server has confirmed it', () => {
    const { decoded, appendUnlessBad, respond } = data('')
    const { commit } = appendUnlessBad()
    respond('!')
    expect(commit()).toBe(true)
    expect(decoded.shownValue).toBe('!')
  })
})

test('of an update that is older than the last response, only that one is removed', () => {
  const { decoded, append, respond } = data('')
  const { commit } = append('a')
  append('b')
  append('c')
  respond('1')
  expect(commit()).toBe(false)
  expect(decoded.shownValue).toBe('1bc')
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
