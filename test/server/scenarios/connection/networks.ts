import { type Environment, browserEnvironment } from '@tautline/core'
import type {
  Live,
  LiveFaultKind,
  LiveFaultOptions,
  LiveTransportName,
} from '@tautline/demo-server/live-client'

/** A network, or a server, that breaks while messages are published. */
export interface Network {
  readonly name: string
  /** @param page the document that the connection belongs to, of a network with `inFrame` */
  readonly breakIt: (live: Live, page: Document | undefined) => Promise<unknown>
  /** The transport that has to deliver the messages then; undefined if it may be any. */
  readonly transport?: string
  /** The transport that has to deliver them in the end. @default 'web-socket' */
  readonly recovered?: string
  /** Nothing gets through until the network recovers. */
  readonly isDown?: boolean
  /** How many messages the server still has when the network recovers. @default all */
  readonly stored?: number
  /** Whether gaps are searched for by the numbers. It would repair other faults, too, and hide them. */
  readonly findsGaps?: boolean
  /** The connection belongs to a hidden frame, whose policy can be changed without that of the page. */
  readonly inFrame?: boolean
}

type Fault = readonly [transport: LiveTransportName | 'all', kind: LiveFaultKind, options?: LiveFaultOptions]

/** Sets the faults one after the other. */
const faults =
  (...list: readonly Fault[]): Network['breakIt'] =>
  async (live) => {
    for (const [transport, kind, options] of list) await live.fault(transport, kind, options)
  }

const noWebSocket: Fault = ['web-socket', 'refused']
const noEvents: Fault = ['event-source', 'refused']

const swallowed = Array.from({ length: 4 }, (_, index) => 700 + index * 50)

/** The networks that break in every environment. */
export const networks: readonly Network[] = [
  { name: 'WebSocket refused', breakIt: faults(noWebSocket), transport: 'event-source' },
  {
    name: 'WebSocket without Upgrade (426)',
    breakIt: faults(['web-socket', 'no-upgrade']),
    transport: 'event-source',
  },
  {
    name: 'WebSocket without Upgrade (200)',
    breakIt: faults(['web-socket', 'no-upgrade', { status: 200 }]),
    transport: 'event-source',
  },
  {
    name: 'WebSocket handshake unanswered',
    breakIt: faults(['web-socket', 'unanswered']),
    transport: 'event-source',
  },
  {
    name: 'WebSocket opens and is silent',
    breakIt: faults(['web-socket', 'silent']),
    transport: 'event-source',
  },
  {
    name: 'WebSocket frozen, and new ones silent',
    breakIt: faults(['web-socket', 'silent', { open: 'freeze' }]),
    transport: 'event-source',
  },
  {
    name: 'WebSocket opens and closes',
    breakIt: faults(['web-socket', 'closes']),
    transport: 'event-source',
  },
  { name: 'WebSocket half-open', breakIt: faults(['web-socket', 'half-open']) },
  {
    name: 'WebSocket swallows messages while pings pass',
    // More often than it is tried, also by several connections.
    breakIt: faults(['web-socket', 'swallow', { messages: swallowed, times: 6 }]),
    findsGaps: true,
  },
  {
    name: 'events held back',
    breakIt: faults(['event-source', 'held-back'], noWebSocket),
    transport: 'long-poll',
  },
  { name: 'events late by one', breakIt: faults(['event-source', 'one-late'], noWebSocket) },
  {
    name: 'events are the page of a portal',
    breakIt: faults(['event-source', 'portal'], noWebSocket),
    transport: 'long-poll',
  },
  { name: 'events cut', breakIt: faults(noWebSocket, ['event-source', 'cut']) },
  { name: 'polls cut', breakIt: faults(['long-poll', 'cut', { count: 6 }], noWebSocket, noEvents) },
  {
    name: 'only short polls',
    breakIt: faults(noWebSocket, noEvents, ['long-poll', 'refused']),
    transport: 'short-poll',
  },
  { name: 'every transport down and back', breakIt: faults(['all', 'down']), isDown: true },
  {
    name: 'every transport down, and a server that forgets messages',
    breakIt: faults(['all', 'down']),
    isDown: true,
    stored: 450,
    findsGaps: true,
  },
]

/** Those of a page. */
export const pageNetworks: readonly Network[] = [
  ...networks,
  {
    name: 'WebSocket forbidden by a Content-Security-Policy',
    inFrame: true,
    async breakIt(live, page) {
      if (!page) throw new Error('A policy needs the document of a frame')
      const policy = page.createElement('meta')
      policy.httpEquiv = 'Content-Security-Policy'
      policy.content = 'connect-src http:'
      page.head.append(policy)
      await live.fault('web-socket', 'cut')
    },
    transport: 'event-source',
    // A policy cannot be removed.
    recovered: 'event-source',
  },
]

/** Creates a hidden frame, and an environment whose requests belong to it. */
export function createFrame(): { page: Document; environment: Partial<Environment>; remove: () => void } {
  const frame = document.body.appendChild(document.createElement('iframe'))
  frame.hidden = true
  const page = frame.contentDocument
  if (!page?.defaultView) throw new Error('A frame of the same origin has a document')
  const { WebSocket, fetch } = page.defaultView
  return {
    page,
    environment: {
      ...browserEnvironment(),
      WebSocket,
      fetch: fetch.bind(page.defaultView),
    },
    remove: () => frame.remove(),
  }
}
