import type { Duplex, Writable } from 'node:stream'
import type { Kind } from './faults.ts'

/** One request or WebSocket in progress. */
export interface OpenConnection {
  /** Whether nothing is forwarded any more. */
  readonly isFrozen: boolean
  /** Calls back when the client's side has ended. */
  onEnd(callback: () => void): void
  /** Cuts the connection to the client. */
  cut(): void
}

interface Entry {
  readonly kind: Kind
  isFrozen: boolean
  readonly socket: Duplex
}

const KINDS: readonly Kind[] = ['web-socket', 'event-source', 'long-poll', 'short-poll', 'publish']

/** The connections of a proxy that are in progress. */
export class OpenConnections {
  readonly #entries = new Set<Entry>()

  /**
   * @param socket the socket to the client
   * @param response ends with the request
   */
  add(kind: Kind, socket: Duplex, response: Writable): OpenConnection {
    const entry: Entry = { kind, socket, isFrozen: false }
    this.#entries.add(entry)
    response.once('close', () => this.#entries.delete(entry))
    return {
      get isFrozen() {
        return entry.isFrozen
      },
      onEnd: (callback) => void response.once('close', callback),
      cut: () => void socket.destroy(),
    }
  }

  counts(): Record<Kind, number> {
    const count = (kind: Kind): number => this.#of([kind]).length
    return {
      'web-socket': count('web-socket'),
      'event-source': count('event-source'),
      'long-poll': count('long-poll'),
      'short-poll': count('short-poll'),
      publish: count('publish'),
    }
  }

  kill(kinds: readonly Kind[] = KINDS): void {
    for (const { socket } of this.#of(kinds)) socket.destroy()
  }

  freeze(kinds: readonly Kind[] = KINDS): void {
    for (const entry of this.#of(kinds)) entry.isFrozen = true
  }

  #of(kinds: readonly Kind[]): Entry[] {
    return [...this.#entries].filter(({ kind }) => kinds.includes(kind))
  }
}
