import { TautlineError } from '../shared/errors.ts'
import type { Closed } from '../machine/connection-state.ts'
import type { Observer } from './types.ts'

/** How many messages may wait for a slow loop. */
const LIMIT = 200_000

/**
 * The messages of a connection, one by one; iterating opens it, and leaving the loop lets go of it.
 * Ends when the connection is closed by `close()`, completes, or its user is forgotten; throws when it ended by an error, and `overflow` when so
 * many messages waited that going on would have lost some. What has come before is given first.
 */
export function iterate<Incoming>(
  observer: Iterated<Incoming>,
): AsyncIterableIterator<Incoming, void, undefined> {
  const leave = new AbortController()
  const loop = messages(observer, leave.signal)
  return {
    next: () => loop.next(),
    return() {
      // A generator that waits does not hear `return()` until it is woken.
      leave.abort()
      return loop.return()
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

type Iterated<Incoming> = Pick<Observer<Incoming, unknown>, 'on' | 'subscribe' | 'getSnapshot'>

async function* messages<Incoming>(
  observer: Iterated<Incoming>,
  left: AbortSignal,
): AsyncGenerator<Incoming, void, undefined> {
  let waiting: Incoming[] = []
  let batch: Incoming[] = []
  let end: { readonly error?: Error | undefined } | undefined
  let wake = () => {}
  const finish = (closed: Closed | undefined) => {
    if (closed) end ??= { error: closed.by === 'user' || closed.by === 'complete' ? undefined : closed.error }
    wake()
  }
  const stops = [
    observer.on('message', (message) => {
      if (end) return
      if (waiting.push(message) > LIMIT) {
        waiting.pop()
        const text = `The loop is too slow: ${LIMIT} messages wait for it`
        end = { error: new TautlineError('overflow', text, { limit: LIMIT }) }
      }
      wake()
    }),
    observer.on('transition', ({ to, cause }) => {
      // What waits was for a user who has logged out, and so was the loop.
      if (cause === 'forget') drop()
      finish(to.closed)
    }),
    observer.subscribe(() => {}),
  ]
  const drop = () => {
    waiting.length = batch.length = 0
    end = {}
    wake()
  }
  left.addEventListener('abort', drop)
  try {
    finish(observer.getSnapshot().closed)
    for (;;) {
      batch = waiting
      waiting = []
      yield* batch
      if (waiting.length > 0) continue
      if (end?.error) throw end.error
      if (end) return
      await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    for (const stop of stops) stop()
  }
}
