import { type LiveFault, strikesLater } from './live-fault.ts'
import {
  type LiveFaultKind,
  type LiveMessage,
  type LiveTransportCounts,
  type LiveTransportName,
} from './live-types.ts'

/** An open connection, or a held poll. */
export interface LiveConnection {
  /** Ends it in the middle. */
  cut(): void
  /** Makes it half-open: nothing passes any more in either direction, and no side gets an event. */
  freeze(): void
}

/** One transport of one log: its fault, its connections and its counts. */
export interface LiveTransport {
  readonly fault: LiveFaultKind | undefined
  readonly counts: LiveTransportCounts
  /** Counts a request, and returns the fault that applies to it. */
  arrive(): LiveFault | undefined
  /** Adds an open connection. Returns a function that removes it. */
  join(connection: LiveConnection): () => void
  /** Counts a message that is about to be sent. Returns false when it must not be sent. */
  passes(message: LiveMessage): boolean
  setFault(fault: LiveFault): void
  heal(): void
  cutAll(): void
}

/** The messages that must not be sent, and how often. */
function createSwallowed() {
  const left = new Map<number, number>()
  return {
    add({ messages, times }: LiveFault) {
      for (const seq of messages) left.set(seq, times)
    },
    /** Returns true when the message must not be sent this time. */
    take(seq: number): boolean {
      const times = left.get(seq) ?? 0
      if (times > 0) left.set(seq, times - 1)
      return times > 0
    },
    clear: () => left.clear(),
  }
}

/** The connections of a transport. */
function createConnectionSet() {
  const open = new Set<LiveConnection>()
  const frozen = new Set<LiveConnection>()
  return {
    counts: () => ({ open: open.size, frozen: frozen.size }),
    join(connection: LiveConnection) {
      open.add(connection)
      return () => {
        open.delete(connection)
        frozen.delete(connection)
      }
    },
    cutAll() {
      for (const connection of [...open, ...frozen]) connection.cut()
    },
    freezeAll() {
      for (const connection of open) {
        frozen.add(connection)
        connection.freeze()
      }
      open.clear()
    },
  }
}

export function createLiveTransport(name: LiveTransportName): LiveTransport {
  const connections = createConnectionSet()
  const swallowed = createSwallowed()
  const counts = { requests: 0, sent: 0, swallowed: 0 }
  let current: { readonly fault: LiveFault; left: number; seen: number } | undefined

  return {
    get fault() {
      return current?.fault.kind
    },
    get counts() {
      return { ...counts, ...connections.counts() }
    },
    arrive() {
      counts.requests += 1
      if (current === undefined) return undefined
      const { fault } = current
      current.seen += 1
      if (current.seen % fault.every !== 0) return undefined
      current.left -= 1
      if (current.left === 0) current = undefined
      return fault
    },
    join: connections.join,
    passes({ seq }) {
      const isSwallowed = swallowed.take(seq)
      counts[isSwallowed ? 'swallowed' : 'sent'] += 1
      return !isSwallowed
    },
    setFault(fault) {
      if (fault.kind === 'swallow') swallowed.add(fault)
      if (strikesLater(fault.kind, name))
        current = { fault, left: fault.count === 'always' ? Infinity : fault.count, seen: 0 }
      if (fault.open === 'cut') connections.cutAll()
      if (fault.open === 'freeze') connections.freezeAll()
    },
    heal() {
      current = undefined
      swallowed.clear()
    },
    cutAll: connections.cutAll,
  }
}
