import type { Environment } from '@tautline/core'

/** One request, as it is told by whoever listens in. */
export interface Tap {
  answered?(status: number): void
  chunk(bytes: Uint8Array): void
  /** It is over: whole, broken off by the line, or given up by this side. */
  ended(how: 'whole' | 'broken' | 'given-up'): void
}

export type Fetch = NonNullable<Environment['fetch']>

/** The platform's `fetch`, or another one, with somebody who listens in: for `environment.fetch`. */
export function tappedFetch(
  listen: (url: URL, init: RequestInit) => Tap,
  send: Fetch = (input, init) => fetch(input, init),
): Fetch {
  return async (input, init) => {
    const tap = listen(new URL(input), init)
    const failed = (): void => tap.ended(init.signal?.aborted === true ? 'given-up' : 'broken')
    try {
      const answer = await send(input, init)
      tap.answered?.(answer.status)
      // A body of its own to read: what the hook does with the other one is not disturbed.
      drain(answer.clone().body, tap).catch(failed)
      return answer
    } catch (error) {
      failed()
      throw error
    }
  }
}

async function drain(body: ReadableStream<Uint8Array> | null, tap: Tap): Promise<void> {
  if (body !== null) {
    const reader = body.getReader()
    for (let read = await reader.read(); !read.done; read = await reader.read()) tap.chunk(read.value)
  }
  tap.ended('whole')
}
