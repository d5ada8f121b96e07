import { type DemoServer } from '../demo-server.ts'

export interface PollReply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body read as JSON. @throws Error when it is none */
  readonly body: unknown
}

/** One request, with its whole answer. @throws Error when there is none, or not all of it */
export async function poll(url: string, init: RequestInit = {}): Promise<PollReply> {
  const response = await fetch(url, init)
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    text,
    get body(): unknown {
      return JSON.parse(text)
    },
  }
}

/** Resolves when so many requests of this client have been held, over all its time. */
export async function heldOf({ polls }: DemoServer, client: string, count = 1): Promise<void> {
  const held = new Set<number>()
  await polls.log.until(({ type, client: name, request }) => {
    if (type === 'held' && name === client) held.add(request)
    return held.size >= count
  })
}
