import { expect, test } from 'vitest'
import { createReplay } from './replay.ts'

const event = (data: string, id = '') => ({ data, id, event: '' })

test.each([
  ['1,048,576 characters in one message', [event('x'.repeat(1_048_576))]],
  ['1,048,576 characters, of any number of bytes', [event('語'.repeat(1_048_576))]],
  ['1,048,576 characters in data and ID', [event('x'.repeat(1_048_000), 'i'.repeat(576))]],
  ['50,000 messages', Array.from({ length: 50_000 }, () => event('y'))],
])('[late-subscribers] stores a response up to its limits: %s', (_, events) => {
  const replay = createReplay(false)
  for (const [index, one] of events.entries()) replay.add(one, false, index)
  expect(replay.keepsAll).toBe(true)
  expect(replay.messages).toHaveLength(events.length)
  replay.add(event('z'), false, events.length)
  expect(replay.keepsAll).toBe(false)
  expect(replay.messages).toEqual([event('z')])
})
