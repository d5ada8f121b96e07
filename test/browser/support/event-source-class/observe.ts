import { onTestFinished } from 'vitest'
import { EventSource as Ours } from '@tautline/core/event-source-class'
import { harness } from '../environments.ts'

/** Returns a target whose response is given by the query, and that no other test requests. */
export const raw = (query: string): string => `/raw?test=${harness.unique()}&${query}`

export const body = (text: string): string => `body=${encodeURIComponent(text)}`

/** The class of the platform, and Tautline's. */
export const classes: readonly (readonly [name: string, EventSource: typeof EventSource])[] = [
  ["the browser's own EventSource", globalThis.EventSource],
  ['the drop-in EventSource', Ours],
]

export interface Observation {
  readonly source: EventSource
  /** `open 1`, `error 0`: with the readyState at that moment. `message "data" id`: with the data as JSON, and the last event ID. */
  readonly log: readonly string[]
  /** The messages, in order. */
  readonly messages: readonly MessageEvent[]
}

export interface Watch {
  readonly init?: EventSourceInit
  /** Returns whether to stop, after each event. @default stops at the first error */
  readonly enough?: (log: readonly string[], source: EventSource) => boolean
}

const isError = (entry: string | undefined) => /^error [02]$/.test(entry ?? '')

/** Returns a condition that is true after this many errors. */
export const errors =
  (count: number) =>
  (log: readonly string[]): boolean =>
    log.filter(isError).length === count

/** Records events until the condition is true, then closes, and waits for a moment for events that should not come. */
export async function observe(
  Class: typeof EventSource,
  url: string,
  { init = {}, enough = errors(1) }: Watch = {},
): Promise<Observation> {
  const log: string[] = []
  const messages: MessageEvent[] = []
  const source = new Class(url, init)
  onTestFinished(() => source.close())
  await new Promise<void>((resolve) => {
    for (const type of ['open', 'message', 'error', 'price', 'Price']) {
      source.addEventListener(type, (event: Event) => {
        if (event instanceof MessageEvent) {
          messages.push(event)
          log.push(`${type} ${JSON.stringify(event.data)} ${event.lastEventId}`.trimEnd())
        } else log.push(`${type} ${source.readyState}`)
        if (!enough(log, source)) return
        source.close()
        resolve()
      })
    }
  })
  await new Promise((resolve) => setTimeout(resolve, 0))
  return { source, log, messages }
}
