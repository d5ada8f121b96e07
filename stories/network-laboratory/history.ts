import type { TautlineError, TransportEvent } from '@tautline/core'
import { type Store, createStore } from '../ui/store.ts'

/** What has happened to a connection. */
export interface Entry {
  readonly id: number
  /** In s since the start. */
  readonly at: number
  readonly kind: 'switch' | 'retry' | 'gap'
  readonly what: string
  readonly why: string
}

export interface ConnectionHistory {
  /** The entries, the newest first. */
  readonly entries: Store<readonly Entry[]>
  /** How many messages the connection has reported as lost. */
  readonly lost: Store<number>
  readonly handlers: {
    onTransport(event: TransportEvent): void
    onRetry(event: { readonly attempt: number }): void
    onError(error: TautlineError): void
  }
}

const MAX_ENTRIES = 30

const reasons: Readonly<Record<TransportEvent['why'], string>> = {
  refused: 'refused: it could not be opened',
  slow: 'slow: it did not open in time',
  deaf: 'deaf: it opened, but nothing got through',
  lost: 'lost: the connection was lost',
  better: 'better: a better transport works again',
  gap: 'gap: messages were missing',
}

/** Records the switches of a connection. @param startedAt as `performance.now()` */
export function createHistory(startedAt: number): ConnectionHistory {
  const entries = createStore<readonly Entry[]>([])
  const lost = createStore<number>(0)
  let id = 0
  const add = (kind: Entry['kind'], what: string, why: string): void => {
    const entry = { id: (id += 1), at: (performance.now() - startedAt) / 1_000, kind, what, why }
    entries.set((current) => [entry, ...current].slice(0, MAX_ENTRIES))
  }
  return {
    entries,
    lost,
    handlers: {
      onTransport: ({ from, to, why }) => add('switch', `${from} → ${to}`, reasons[why]),
      onRetry: ({ attempt }) =>
        add('retry', `Retry ${attempt}`, 'after a random delay, so that the server is not flooded'),
      onError(error) {
        if (error.code !== 'gap') return
        const count = Number(error.before) - Number(error.after) - 1
        if (!(count > 0)) return
        lost.set((current) => current + count)
        add(
          'gap',
          `${count} messages lost`,
          `between ${error.after} and ${error.before}: no transport has them`,
        )
      },
    },
  }
}
