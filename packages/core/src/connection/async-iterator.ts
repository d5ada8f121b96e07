import { TautlineError } from '../shared/errors.ts'
import type { Closed } from '../machine/connection-state.ts'
import type { Environment } from '../platform/environment.ts'
import { scheduleTask } from '../platform/network.ts'
import { MAX_BUSY_MS } from '../shared/pacing.ts'
import type { Loops } from './loops.ts'
import type { Snapshot } from './types.ts'
import type { Listener } from '../observer/event-listeners.ts'
import type { StateTransitionEvent } from '../observer/events.ts'

/** How many messages are buffered for a slow loop. */
const MAX_BUFFERED = 200_000

/**
 * Iterates over the messages of a connection. The loop opens the connection, and unsubscribes when it ends.
 *
 * It ends after `close()`, when the connection completes, and when its user logs out. It throws the error that closed
 * the connection for good, and `overflow` if the buffer is full, but yields the buffered messages first.
 *
 * An iterator that is used without a loop and not read to its end needs `return()`: until then it keeps the connection
 * open, and its unread messages hold the body back.
 */
export function iterateMessages(
  observer: IterableObserver,
  on: (type: string, listener: Listener) => () => void,
  loops: Loops,
): AsyncIterableIterator<unknown, void, undefined> {
  const abortController = new AbortController()
  const generator = generateMessages(observer, on, loops, abortController.signal)
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

interface IterableObserver {
  readonly environment: Environment
  subscribe(listener: () => void): () => void
  currentSnapshot(): Pick<Snapshot<unknown>, 'closed'>
}

/** Limits how long the body of a loop blocks the page. */
function createTurn(environment: Environment) {
  const { now } = environment
  let startedAt = now()
  let resume = () => {}
  const start = () => void (startedAt = now())
  return {
    start,
    isOver: () => now() - startedAt >= MAX_BUSY_MS,
    next: () =>
      new Promise<void>((resolve) => {
        resume = resolve
        scheduleTask(environment, resolve)
      }).then(start),
    /** Ends the wait for the next turn. */
    resume: () => resume(),
  }
}

// oxlint-disable-next-line max-lines-per-function -- a generator: its state is in its closures
async function* generateMessages(
  observer: IterableObserver,
  on: (type: string, listener: Listener) => () => void,
  loops: Loops,
  signal: AbortSignal,
): AsyncGenerator<unknown, void, undefined> {
  let buffer: unknown[] = []
  let batch: unknown[] = []
  let unread = 0
  let end: { readonly error?: TautlineError | undefined } | undefined
  let wake = () => {}
  const turn = createTurn(observer.environment)
  const removeLoop = loops.add(() => unread)
  const finish = (closed: Closed | undefined) => {
    if (closed) {
      end ??= { error: closed.by === 'user' || closed.by === 'complete' ? undefined : closed.error }
      // What it has not read yet does not hold back the body of a connection that is opened later.
      removeLoop()
    }
    wake()
  }
  const unsubscribes = [
    removeLoop,
    // The connection finds this function by its event type, which is not public.
    (on as (type: string, hold: Loops['hold']) => () => void)('hold', loops.hold),
    on('message', (message: unknown) => {
      if (end) return
      unread++
      if (buffer.push(message) > MAX_BUFFERED) {
        unread--
        buffer.pop()
        const text = `The loop is too slow: ${MAX_BUFFERED} messages wait for it. Do less in it.`
        end = { error: new TautlineError('overflow', text, { limit: MAX_BUFFERED }) }
      }
      wake()
    }),
    on('transition', ({ to, cause }: StateTransitionEvent) => {
      // The buffered messages and the loop belong to a user who has logged out.
      if (cause === 'forget') discardAll()
      finish(to.closed)
    }),
    observer.subscribe(() => {}),
  ]
  const discardAll = () => {
    buffer.length = batch.length = unread = 0
    loops.onRead()
    end = {}
    wake()
    turn.resume()
  }
  signal.addEventListener('abort', discardAll)
  try {
    finish(observer.currentSnapshot().closed)
    for (;;) {
      batch = buffer
      buffer = []
      for (const message of batch) {
        if (--unread === 0) loops.onRead()
        yield message
        if (turn.isOver()) await turn.next()
      }
      if (buffer.length > 0) continue
      if (end?.error) throw end.error
      if (end) return
      await new Promise<void>((resolve) => (wake = resolve))
      turn.start()
    }
  } finally {
    for (const unsubscribe of unsubscribes) unsubscribe()
  }
}
