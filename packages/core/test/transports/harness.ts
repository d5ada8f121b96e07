import type { TransportEvents } from '../../src/connection/transport.ts'
import type { Outcome } from '../../src/shared/outcome.ts'
import { type Codec, json } from '../../src/shared/codec.ts'
import { TautlineError } from '../../src/shared/errors.ts'
import type { TransportEvent } from '../../src/shared/hook-events.ts'
import { createTestEnvironment } from '../../src/testing/index.ts'
import { createConnection } from '../../src/transports/index.ts'
import type { PlainConnectionOptions } from '../../src/transports/options.ts'
import {
  type RunnableTransport,
  type TransportMessage,
  type TransportOption,
} from '../../src/transports/transport-option.ts'

/** One start of a fake transport. The test acts as its server. */
export interface FakeStart {
  readonly name: string
  readonly cursor: string | undefined
  readonly signal: AbortSignal
  /** Undefined until the transport may report. */
  readonly on: TransportEvents<TransportMessage>
  readonly sent: unknown[]
  readonly closedWith: readonly [code: number | undefined, reason: string | undefined][]
  open(): void
  /** A comment of a stream, or the reply to a ping. */
  byte(): void
  /** The message with this number, which is its ID. */
  message(seq: number): void
  end(outcome?: Outcome): void
}

export const LOST: Outcome = {
  kind: 'retryable',
  error: new TautlineError('closed', 'Lost', { closeCode: 1006, reason: '', wasClean: false }),
}

export interface FakeTransport {
  readonly option: TransportOption
  readonly starts: readonly FakeStart[]
  /** The newest start. */
  readonly last: FakeStart
}

/** Creates a transport of which the test controls every start. */
export function createFakeTransport(
  name: string,
  { proof = 'open', isDuplex = false, url = `/${name}` }: Partial<RunnableTransport> = {},
): FakeTransport {
  const starts: FakeStart[] = []
  const transport: RunnableTransport = {
    name,
    proof,
    isDuplex,
    url,
    options: {},
    source: {
      name,
      toUrl: (value, base) => new URL(String(value), base),
      extraKey: () => '',
      functionOptions: () => [],
    },
    createSession: () => ({
      prepareAttempt:
        ({ cursor, signal }) =>
        (on) => {
          const start = createStart(name, cursor, signal, on)
          starts.push(start)
          return {
            close: (code, reason) => void closedWithOf(start).push([code, reason]),
            ...(isDuplex && { send: (raw: unknown) => start.sent.push(raw) > 0 }),
          }
        },
    }),
  }
  return {
    option: transport,
    starts,
    get last() {
      const start = starts.at(-1)
      if (!start) throw new Error(`${name} was not started`)
      return start
    },
  }
}

const closedWithOf = ({ closedWith }: FakeStart) => closedWith as FakeStart['closedWith'][number][] // only read by tests

function createStart(
  name: string,
  cursor: string | undefined,
  signal: AbortSignal,
  on: TransportEvents<TransportMessage>,
): FakeStart {
  return {
    name,
    cursor,
    signal,
    on,
    sent: [],
    closedWith: [],
    open: () => on.opened({ protocol: '', url: `https://test.example/${name}`, headers: undefined }),
    byte: () => on.activity(),
    message: (seq) => on.message({ data: { seq }, isValue: true, id: String(seq) }, String(seq)),
    end: (outcome = LOST) => on.ended(outcome),
  }
}

export interface Item {
  readonly seq: number
}

type Options = Omit<PlainConnectionOptions<Item, Item, readonly Item[], unknown>, 'select' | 'codec'> & {
  readonly codec?: Codec<Item>
}

/** Opens a connection over these transports, and records what it reports. */
export function openConnection(
  transports: readonly TransportOption[],
  options: Options = {},
  environment = createTestEnvironment(),
) {
  const connection = createConnection<Item, Item, readonly Item[]>(transports, {
    codec: json<Item>(),
    reduce: (items, item) => [...items, item],
    initialData: [],
    remember: false,
    environment,
    ...options,
  })
  const switches: TransportEvent[] = []
  const errors: TautlineError[] = []
  const opens: unknown[] = []
  connection.on('transport', (event) => switches.push(event))
  connection.on('error', (error) => errors.push(error))
  connection.on('open', (event) => opens.push(event))
  connection.open()
  return {
    environment,
    connection,
    switches,
    errors,
    opens,
    /** The numbers of the received messages. */
    received: () => connection.getSnapshot().data.map(({ seq }) => seq),
    shown() {
      const { status, transport, cursor, queued } = connection.getSnapshot()
      return { status, transport, cursor, queued }
    },
  }
}

/** Three transports as of a page: a WebSocket with pings, an event stream with a greeting, and a poll. */
export function createThree() {
  return {
    ws: createFakeTransport('web-socket', { proof: 'reply', isDuplex: true }),
    sse: createFakeTransport('event-source', { proof: 'byte' }),
    lp: createFakeTransport('long-poll', { proof: 'reply' }),
  }
}
