import type {
  Live,
  LiveFaultKind,
  LiveFaultOptions,
  LiveTransportName,
} from '@tautline/demo-server/live-client'
import type { StreamName } from './transports.ts'

/** The part of the network that a fault is about. */
export type Part = LiveTransportName | 'all'

/** A way in which the network or the server fails. */
export interface NetworkFault {
  readonly part: Part
  readonly label: string
  readonly hint: string
  /** The fault that stays until it is switched off; undefined: it happens once. */
  readonly kind?: LiveFaultKind
  readonly options?: LiveFaultOptions
  /** What happens once. */
  readonly cause?: (live: Live) => Promise<unknown>
}

/** How many messages are swallowed, or forgotten by the server. */
const SWALLOWED = 5
const FORGOTTEN = 20

async function swallow(live: Live): Promise<void> {
  const { published } = await live.counts()
  const messages = Array.from({ length: SWALLOWED }, (_, index) => published + 3 + index)
  await live.fault('web-socket', 'swallow', { messages })
}

/** The connections stay as they are, while new ones work. */
async function halfOpen(live: Live): Promise<void> {
  await live.fault('web-socket', 'half-open')
  await live.heal('web-socket')
}

async function forget(live: Live): Promise<void> {
  await live.fault('all', 'down')
  await live.publish(FORGOTTEN)
  await live.forget()
  await live.heal()
  await live.publish(1)
}

const webSocketFaults: readonly NetworkFault[] = [
  { part: 'web-socket', label: 'Refused', hint: 'The handshake gets status 403', kind: 'refused' },
  {
    part: 'web-socket',
    label: 'Without response',
    hint: 'The handshake gets no response',
    kind: 'unanswered',
  },
  { part: 'web-socket', label: 'Silent', hint: 'It opens, then nothing gets through', kind: 'silent' },
  {
    part: 'web-socket',
    label: 'Closes at once',
    hint: 'It opens and closes, again and again',
    kind: 'closes',
  },
  {
    part: 'web-socket',
    label: 'Make half-open',
    hint: 'Once: nothing passes over the open connection any more, and no close is reported',
    cause: halfOpen,
  },
  {
    part: 'web-socket',
    label: `Swallow ${SWALLOWED} messages`,
    hint: 'Once: they are not sent, while pings pass',
    cause: swallow,
  },
]

const streamFaults = (part: StreamName): readonly NetworkFault[] => [
  {
    part,
    label: 'Hold back',
    hint: 'A proxy delivers the head of the response, but not its body',
    kind: 'held-back',
  },
  { part, label: 'One message late', hint: 'Each message arrives with the next one', kind: 'one-late' },
  { part, label: 'Login page', hint: 'A portal responds with 200 and HTML', kind: 'portal' },
  {
    part,
    label: 'Cut the stream',
    hint: 'Once: it ends inside a message',
    cause: (live) => live.fault(part, 'cut'),
  },
]

const pollFaults: readonly NetworkFault[] = [
  {
    part: 'long-poll',
    label: 'Refuse polls',
    hint: 'Each long poll gets status 503',
    kind: 'refused',
    // With 403 the transport would not be tried again on this page.
    options: { status: 503 },
  },
  {
    part: 'long-poll',
    label: 'Cut three polls',
    hint: 'The next three responses end inside their bodies',
    cause: (live) => live.fault('long-poll', 'cut', { count: 3 }),
  },
]

const allFaults: readonly NetworkFault[] = [
  { part: 'all', label: 'Everything is down', hint: 'Each connection is reset', kind: 'down' },
  {
    part: 'all',
    label: `Forget ${FORGOTTEN} messages`,
    hint: `Once: the server is down for a moment and forgets ${FORGOTTEN} messages, so that it does not know the cursor any more`,
    cause: forget,
  },
]

/** The faults by what they are about. */
export const faultGroups = (stream: StreamName): readonly (readonly [string, readonly NetworkFault[]])[] => [
  ['WebSocket', webSocketFaults],
  [stream === 'frame' ? 'Hidden iframe' : 'Server-sent events', streamFaults(stream)],
  ['Long polling', pollFaults],
  ['Everything', allFaults],
]
