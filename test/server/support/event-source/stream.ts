import { onTestFinished, vi } from 'vitest'
import { type Environment, type EventSourceClient, browserEnvironment, json } from '@tautline/core'
import { type VirtualClock, createVirtualClock } from '@tautline/core/testing'
import { type Recorded, record } from '../recorded.ts'

/** Retries at once and has no close delay, so that a test neither waits nor leaves a connection open. */
export const brisk = { retry: { delay: () => 5 }, closeDelay: 0 } as const

export type Stream<Incoming, Data> = Recorded<Incoming, EventSourceClient<Incoming, Data>>

/** Opens a client, and closes it when the test ends. */
export function follow<Incoming, Data>(client: EventSourceClient<Incoming, Data>): Stream<Incoming, Data> {
  const connection = record<Incoming, EventSourceClient<Incoming, Data>>(client)
  client.open()
  onTestFinished(() => client.close())
  return connection
}

/** An item of `/news`. */
export interface Item {
  readonly seq: number
  readonly headline: string
}

export const items = json<Item>()

export const seqs = (messages: readonly Item[]): readonly number[] => messages.map(({ seq }) => seq)

export const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1)

/** Waits until the assertion passes. The timeout is long, because a machine may be busy. */
export const until = (isSo: () => void | Promise<void>) => vi.waitFor(isSo, { timeout: 20_000, interval: 10 })

/** Real requests with a clock that the test controls. */
export function stopped(start?: number): {
  readonly clock: VirtualClock
  readonly environment: Partial<Environment>
} {
  const clock = createVirtualClock(start)
  const { now, setTimeout, clearTimeout } = clock
  return { clock, environment: { now, setTimeout, clearTimeout } }
}

/** The platform's `fetch`, which reports each request and each chunk that is read. */
export function watchedFetch(on: { request?(): void; chunk?(): void }): Pick<Environment, 'fetch'> {
  const { fetch } = browserEnvironment()
  if (!fetch) throw new Error('Every platform of these tests has fetch')
  const chunks = () =>
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk)
        on.chunk?.()
      },
    })
  return {
    async fetch(input, init) {
      on.request?.()
      const response = await fetch(input, init)
      if (!on.chunk || !response.body) return response
      const { status, headers } = response
      return new Response(response.body.pipeThrough(chunks()), { status, headers })
    },
  }
}
