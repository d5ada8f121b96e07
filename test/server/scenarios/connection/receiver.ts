import { type TautlineError, createConnection } from '@tautline/core'
import type { ExpectStatic } from 'vitest'
import type { Item, LiveOptions, LiveTransports } from './live-connection.ts'

/** What was received from one log, by a client or by components. */
export interface Receiver {
  /** The numbers of the messages, in the order of their arrival. */
  readonly received: readonly number[]
  readonly retries: number
  transport(): string | undefined
  /** The number up to which all who receive every message have received them. */
  readonly complete: number
  /** Unmounts components and mounts them again, if there are any. */
  remount(): Promise<void>
  /**
   * @param messages the numbers of all messages that can be received
   * @param gaps the errors, in part
   */
  check(expect: ExpectStatic, messages: readonly number[], gaps: readonly object[]): void
  close(): void
}

/** One way to receive messages. `create` starts to receive. */
export interface ReceiverKind {
  readonly name: string
  create(log: LiveTransports, options: LiveOptions): Receiver
}

/** What one connection has received. */
export interface Log {
  readonly received: number[]
  readonly gaps: TautlineError[]
  readonly retries: number
  readonly last: number
  /** The options that record it. */
  readonly handlers: {
    readonly onMessage: (message: Item) => void
    readonly onError: (error: TautlineError) => void
    readonly onRetry: () => void
  }
}

export function createLog(): Log {
  const received: number[] = []
  const gaps: TautlineError[] = []
  let retries = 0
  return {
    received,
    gaps,
    get retries() {
      return retries
    },
    get last() {
      return received.at(-1) ?? 0
    },
    handlers: {
      onMessage: ({ seq }) => void received.push(seq),
      onError: (error) => void (error.code === 'gap' && gaps.push(error)),
      onRetry: () => void (retries += 1),
    },
  }
}

/** Receives with one client, without components. */
export const client: ReceiverKind = {
  name: 'without components',
  create({ createTransports }, options) {
    const log = createLog()
    const connection = createConnection<Item, object>(createTransports(), { ...options, ...log.handlers })
    connection.open()
    return {
      received: log.received,
      get retries() {
        return log.retries
      },
      transport: () => connection.getSnapshot().transport,
      get complete() {
        return log.last
      },
      remount: () => Promise.resolve(),
      check(expect, messages, gaps) {
        expect(log.received).toEqual(messages)
        expect(log.gaps).toMatchObject(gaps)
      },
      close: () => connection.close(),
    }
  },
}
