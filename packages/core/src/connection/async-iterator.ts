import { TautlineError } from '../shared/errors.ts'
import type { Closed } from '../machine/connection-state.ts'
import type { Observer } from './types.ts'

/** How many messages are buffered for a slow loop. */
const MAX_BUFFERED = 200_000

/**
 * Iterates over the messages of a connection. The loop opens the connection, and unsubscribes when it ends.
 *
 * It ends after `close()`, when the connection completes, and when its user logs out. It throws the error that closed
 * the connection for good, and `overflow` if the buffer is full, but yields the buffered messages first.
 */
export function iterateMessages<Incoming>(
  observer: IterableObserver<Incoming>,
): AsyncIterableIterator<Incoming, void, undefined> {
  const abortController = new AbortController()
  const generator = generateMessages(observer, abortController.signal)
  return {
    next: () => generator.next(),
    return() {
      // A generator handles `return()` only after the promise that it awaits has resolved.
      abortController.abort()
      return generator.return()
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

type IterableObserver<Incoming> = Pick<Observer<Incoming>, 'on' | 'subscribe' | 'getSnapshot'>

async function* generateMessages<Incoming>(
  observer: IterableObserver<Incoming>,
  signal: AbortSignal,
): AsyncGenerator<Incoming, void, undefined> {
  let buffer: Incoming[] = []
  let batch: Incoming[] = []
  let end: { readonly error?: TautlineError | undefined } | undefined
  let wake = () => {}
  const finish = (closed: Closed | undefined) => {
    if (closed) end ??= { error: closed.by === 'user' || closed.by === 'complete' ? undefined : closed.error }
    wake()
  }
  const unsubscribes = [
    observer.on('message', (message) => {
      if (end) return
      if (buffer.push(message) > MAX_BUFFERED) {
        buffer.pop()
        const text = `The loop is too slow: ${MAX_BUFFERED} messages wait for it. Do less in it.`
        end = { error: new TautlineError('overflow', text, { limit: MAX_BUFFERED }) }
      }
      wake()
    }),
    observer.on('transition', ({ to, cause }) => {
      // The buffered messages and the loop belong to a user who has logged out.
      if (cause === 'forget') discardAll()
      finish(to.closed)
    }),
    observer.subscribe(() => {}),
  ]
  const discardAll = () => {
    buffer.length = batch.length = 0
    end = {}
    wake()
  }
  signal.addEventListener('abort', discardAll)
  try {
    finish(observer.getSnapshot().closed)
    for (;;) {
      batch = buffer
      buffer = []
      yield* batch
      if (buffer.length > 0) continue
      if (end?.error) throw end.error
      if (end) return
      await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    for (const unsubscribe of unsubscribes) unsubscribe()
  }
}
