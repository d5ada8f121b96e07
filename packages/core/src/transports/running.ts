import type { TransportEvents, TransportHandle } from '../connection/transport.ts'
import type { AttemptInterpreter } from '../connection/attempt-host.ts'
import type { Attempt } from '../shared/attempt.ts'
import type { OpenInfo } from '../shared/hook-events.ts'
import { classifyResolveError } from '../shared/resolve-option.ts'
import type {
  RunnableTransport,
  TransportHost,
  TransportMessage,
  TransportSession,
} from './transport-option.ts'
import type { MultiConnection } from './types.ts'

/** A transport that was started and has not ended. */
export interface Running {
  /** The number of this start. */
  readonly start: number
  /** The place of the transport in the list. */
  readonly index: number
  readonly transport: RunnableTransport
  readonly session: TransportSession
  readonly abortController: AbortController
  /** What was reported to the machine. */
  readonly proofs: Set<'proved' | 'message'>
  /** The last ID that it has brought, at first its cursor. */
  lastId: string | undefined
  /** Undefined while the URL or the credentials are resolved. */
  handle: TransportHandle | undefined
  info: OpenInfo | undefined
}

/** Creates the host of one transport. It has its own cursor, since it may be behind another one. */
export function createHost(
  connection: MultiConnection,
  index: number,
  transport: RunnableTransport,
): TransportHost {
  // Everything else is read from the connection.
  const interpreter: AttemptInterpreter = Object.create(connection.interpreter, {
    cursor: { writable: true },
  })
  return Object.create(connection, {
    // The newest options: a list may be created anew in each render.
    primary: { get: () => connection.primary.options.transports[index] ?? transport },
    interpreter: { value: interpreter },
    session: { writable: true },
    isAlone: { get: () => connection.primary.options.transports.length === 1 },
  })
}

/** Makes one attempt of a transport. @param eventsOf returns what the transport reports to */
export function startRunning(
  host: TransportHost,
  {
    start,
    index,
    transport,
    attempt,
    cursor,
  }: Pick<Running, 'start' | 'index' | 'transport'> & {
    readonly attempt: Attempt
    readonly cursor: string | undefined
  },
  eventsOf: (run: Running) => TransportEvents<TransportMessage>,
): Running {
  const session = (host.session ??= transport.createSession(host))
  const abortController = new AbortController()
  const { signal } = abortController
  const run: Running = {
    start,
    index,
    transport,
    session,
    abortController,
    proofs: new Set(),
    lastId: cursor,
    handle: undefined,
    info: undefined,
  }
  const events = eventsOf(run)
  const prepareAndOpen = async () => {
    // The caller has the result first.
    await Promise.resolve()
    try {
      // A user may have logged in since the connection has opened, by a mutated object such as `Headers`.
      if (!signal.aborted) host.verifyIdentity(attempt.attempt)
      if (signal.aborted) return
      const openTransport = await session.prepareAttempt({ ...attempt, signal, cursor })
      // It may have been closed while it waited for credentials.
      if (!signal.aborted) run.handle = openTransport(events)
      if (signal.aborted) run.handle?.close()
    } catch (cause) {
      events.ended(classifyResolveError(cause))
    }
  }
  void prepareAndOpen()
  return run
}

/** Closes a transport at once. After that it reports nothing except to `whenClosed`. */
export function closeRunning({ abortController, handle }: Running, code?: number, reason?: string): void {
  abortController.abort()
  handle?.close(code, reason)
}
