import { setQueryParameter } from '../http/build-request.ts'
import type { TransportEvents } from '../connection/transport.ts'
import { validateOptions } from '../observer/check-options.ts'
import type { WireData } from '../shared/codec.ts'
import { TautlineError, providerError } from '../shared/errors.ts'
import type { Frames } from './frames.ts'
import { acceptMessage, startPosition } from './position.ts'
import { readFrame } from './read-frame.ts'
import type { Received } from './read-message.ts'
import type { Resumable } from './options.ts'
import type { ResumableParts, ResumedConnection } from './resume.ts'
import { webSocketTransport } from './transport.ts'

/** The options of `resumable()`. */
export interface ResumableOptions {
  /** How messages carry their IDs: `jsonFrames()`, `nchanFrames()`, `cloudEvents()`, or your own. */
  readonly frames: Frames
  /**
   * How each attempt sends the cursor, which is the ID of the last delivered message: the name of a query parameter, or
   * a function that changes the URL. Without a cursor nothing is sent. A page can set no headers of a WebSocket.
   */
  readonly query: string | ((url: URL, cursor: string) => void)
  /**
   * Returns whether the message with the ID `id` comes right after the one with the ID `before`. If not, messages are
   * missing: the hook connects again from the cursor, at once. If they are still missing then, it emits an error with
   * the code `gap`, and continues. If it receives them, and others are missing within 5 s, the attempt has failed, and
   * is retried after a delay. @default gaps are not noticed
   */
  readonly isNext?: ((id: string, before: string) => boolean) | undefined
}

/**
 * Resumes a WebSocket after the last delivered message, so that a reconnect loses none. On each connection the server
 * has to send all messages after the cursor, in order and with unique IDs.
 *
 * A message that has the ID of the cursor is dropped if it is the first one of a connection, since some servers send it
 * again, and with `isNext` always. A message without an ID moves no cursor: a reconnect may lose or repeat it.
 *
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * // reconnects to /live?after=17
 * useWebSocket('/live', {
 *   resume: resumable({
 *     frames: jsonFrames({ id: 'seq' }),
 *     query: 'after',
 *     isNext: (id, before) => Number(id) === Number(before) + 1,
 *   }),
 *   codec: json(Item),
 * })
 */
export function resumable(options: ResumableOptions): Resumable {
  validate(options)
  const { frames, query } = options
  const parts: ResumableParts = {
    kind: 'resumable',
    options,
    key: JSON.stringify([typeof query === 'function' ? 'ƒ' : query, frames.key, frames.protocols]),
    functions: [query, frames.key === undefined && frames.read],
    createTransport: (connection) => (request, on) => {
      const { url, protocols } = request
      const own = frames.protocols ?? []
      const cursor = startPosition(connection)
      if (cursor !== undefined) addCursor(url, query, cursor)
      return webSocketTransport(
        { ...request, protocols: [...own, ...protocols.filter((protocol) => !own.includes(protocol))] },
        {
          ...on,
          message(raw) {
            // Functions of the newest render apply.
            const { options: current } = connection.primary.options.resume ?? parts
            receive(connection, current, raw, on)
          },
        },
      )
    },
  }
  return parts
}

/** Hands on a message, unless it belongs to the heartbeat, was delivered before, or is behind a gap. */
function receive(
  connection: ResumedConnection,
  { frames, isNext }: ResumableParts['options'],
  raw: WireData,
  on: TransportEvents<Received>,
): void {
  const { interpreter, session } = connection
  if (interpreter.policy.heartbeat && session.isReply?.(raw)) {
    on.activity()
    return interpreter.dispatch({ type: 'reply', epoch: interpreter.state.epoch })
  }
  const message = readFrame(frames, raw)
  const { id } = message.info
  if (acceptMessage(connection, id, isNext)) return on.message(message, id)
  on.activity()
  // An acknowledgement may have the ID of the last message, instead of its own.
  const acks = session.acks?.()
  if (acks) interpreter.afterNotifications(() => acks.receive(raw))
}

function validate(options: ResumableOptions): void {
  validateOptions(
    { resume: options },
    {
      resume: 'object',
      'resume.frames': 'object',
      'resume.query': 'string|function',
      'resume.isNext': 'function',
    },
  )
  const { frames, query }: Partial<ResumableOptions> = Object(options)
  const missing = typeof frames?.read === 'function' ? (query ? undefined : 'query') : 'frames'
  if (!missing) return
  const text = `Option resume.${missing} is missing: write resumable({ frames: jsonFrames({ id: 'seq' }), query: 'after' })`
  throw new TautlineError('bad-option', text, { option: `resume.${missing}` })
}

function addCursor(url: URL, query: ResumableOptions['query'], cursor: string): void {
  if (typeof query === 'string') {
    url.search = setQueryParameter(url.search, query, cursor)
    return
  }
  try {
    query(url, cursor)
  } catch (cause) {
    throw providerError('resume.query', cause)
  }
}
