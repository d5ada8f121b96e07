import { type DemoServer } from '../demo-server.ts'

export interface PollReply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body, parsed as JSON. @throws Error when it is not JSON */
  readonly body: unknown
}

/** Sends a request, and reads the whole response. @throws Error when the response is missing or incomplete */
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

/** Resolves when this number of requests of the client have been held in total. */
export async function heldOf({ polls }: DemoServer, client: string, count = 1): Promise<void> {
  const held = new Set<number>()
  await polls.log.until(({ type, client: name, request }) => {
    if (type === 'held' && name === client) held.add(request)
    return held.size >= count
  })
}
