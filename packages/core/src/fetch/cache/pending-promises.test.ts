import { expect, test } from 'vitest'
import type { AttributedSource } from '../request/request-key.ts'
import { PendingPromises } from './pending-promises.ts'

type Pending = PendingPromises<string, string>

/** Adds a promise of this observer for this URL. */
const add = (pending: Pending, observer: string, url: string) => {
  const key = { kind: 'static', key: url, requester: '', isResolved: true } as const
  const source: AttributedSource<string> = { url, options: {}, key, initiator: observer }
  const handle = pending.add(observer, source)
  const outcome = handle.promise.then(String, ({ by }: { by: string }) => `aborted by ${by}`)
  return { ...handle, outcome }
}

test('the last source is that of the newest promise', () => {
  const pending: Pending = new PendingPromises('entry')
  expect(pending.lastSource).toBeUndefined()
  for (const url of ['/1', '/2', '/3']) add(pending, 'Ada', url)
  expect(pending.lastSource?.url).toBe('/3')
})

test('cancel() rejects one promise, and returns the entry with the last promise of the observer', async () => {
  const pending: Pending = new PendingPromises('entry')
  const [one, two] = [add(pending, 'Ada', '/1'), add(pending, 'Ada', '/1')]
  add(pending, 'Bob', '/1')
  expect([one.cancel(), two.cancel(), pending.observers]).toEqual([undefined, 'entry', ['Bob']])
  expect(await Promise.all([one.outcome, two.outcome])).toEqual(['aborted by user', 'aborted by user'])
})

test('promises that another entry has taken over are cancelled there', () => {
  const old: Pending = new PendingPromises('old')
  const next: Pending = new PendingPromises('next')
  const { cancel } = add(old, 'Ada', '/1')
  add(old, 'Bob', '/1')
  const take = () => next.takeOver(old, ({ observer }) => observer === 'Ada')
  expect([take(), take()]).toEqual([true, false])
  expect([old.observers, next.observers]).toEqual([['Bob'], ['Ada']])
  expect([cancel(), next.size]).toEqual(['next', 0])
})
