import type { Environment } from '@tautline/core'

/** Is notified of what happens to one request. */
export interface RequestObserver {
  onResponse?(status: number): void
  onChunk(bytes: Uint8Array): void
  /** The request is over: the body is complete, the connection failed, or the page aborted the request. */
  atEnd(outcome: 'complete' | 'failed' | 'aborted'): void
}

export type Fetch = NonNullable<Environment['fetch']>

/** A `fetch` for `environment.fetch` that reports each request. It sends by `send`, which is the platform's by default. */
export function observedFetch(
  observe: (url: URL, init: RequestInit) => RequestObserver,
  send: Fetch = (input, init) => fetch(input, init),
): Fetch {
  return async (input, init) => {
    const observer = observe(new URL(input), init)
    const fail = (): void => observer.atEnd(init.signal?.aborted === true ? 'aborted' : 'failed')
    try {
      const response = await send(input, init)
      observer.onResponse?.(response.status)
      // Reads a clone, because the hook reads the body of the response itself.
      readBody(response.clone().body, observer).catch(fail)
      return response
    } catch (error) {
      fail()
      throw error
    }
  }
}

async function readBody(body: ReadableStream<Uint8Array> | null, observer: RequestObserver): Promise<void> {
  if (body !== null) {
    const reader = body.getReader()
    for (let read = await reader.read(); !read.done; read = await reader.read()) observer.onChunk(read.value)
  }
  observer.atEnd('complete')
}
