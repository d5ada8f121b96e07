import { onTestFinished } from 'vitest'
import { EventSource as Ours } from '@tautline/core/event-source-class'
import { harness } from '../environments.ts'

/** A target that answers with what the query says, and that no other test asks for. */
export const raw = (query: string): string => `/raw?test=${harness.unique()}&${query}`

export const body = (text: string): string => `body=${encodeURIComponent(text)}`

/** That of the platform, and the one that takes its place. */
export const classes: readonly (readonly [name: string, EventSource: typeof EventSource])[] = [
  ["the browser's own EventSource", globalThis.EventSource],
  ['the drop-in EventSource', Ours],
]

export interface Observation {
  readonly source: EventSource
  /** `open 1`, `error 0`: with the readyState at that moment. `message "data" id`: with the data as JSON, and the last event ID. */
  readonly log: readonly string[]
  /** The messages as they came. */
  readonly messages: readonly MessageEvent[]
}

export interface Watch {
  readonly init?: EventSourceInit
  /** Looks after each event whether that is enough. @default the first error */
  readonly enough?: (log: readonly string[], source: EventSource) => boolean
}

const isError = (entry: string | undefined) => /^error [02]$/.test(entry ?? '')

/** Has it come to so many errors? */
export const errors =
  (count: number) =>
  (log: readonly string[]): boolean =>
    log.filter(isError).length === count

/** Listens until it is enough, closes, and gives what comes after that the time to come. */
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
