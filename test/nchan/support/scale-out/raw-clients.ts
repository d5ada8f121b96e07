import { onTestFinished } from 'vitest'

// Clients without Tautline, which read exactly what nchan sends. They run in Node and in a browser.

export interface RawMessage {
  /** The cursor behind this message: `time:tag`. */
  readonly id: string
  readonly text: string
}

/** Opens a WebSocket whose frames contain the IDs, until the test ends. */
export function openRawSocket(url: string) {
  const socket = new WebSocket(url, 'ws+meta.nchan')
  const messages: RawMessage[] = []
  const other: string[] = []
  const closes: Pick<CloseEvent, 'code' | 'reason'>[] = []
  socket.addEventListener('message', ({ data }) => {
    const [, id, text] = /^id: (.*)\n(?:.+\n)*\n([^]*)$/.exec(data) ?? []
    if (id === undefined || text === undefined) other.push(String(data))
    else messages.push({ id, text })
  })
  socket.addEventListener('close', ({ code, reason }) => closes.push({ code, reason }))
  onTestFinished(() => socket.close())
  return { socket, messages, other, closes }
}

/** Reads an event stream until it ends or the test does. */
export function readEvents(url: string) {
  const messages: RawMessage[] = []
  const abort = new AbortController()
  let raw = ''
  let rest = ''
  const read = async (): Promise<void> => {
    const headers = { accept: 'text/event-stream' }
    const { body } = await fetch(url, { headers, signal: abort.signal, cache: 'no-store' })
    const decoder = new TextDecoder()
    const reader = body?.getReader()
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
      const text = decoder.decode(part.value, { stream: true })
      raw += text
      const blocks = (rest + text).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const [, id, data] = /^id: (.*)\ndata: (.*)$/m.exec(block) ?? []
        if (id !== undefined && data !== undefined) messages.push({ id, text: data })
      }
    }
  }
  // A connection that is cut ends the stream, as does the end of the test.
  const ended = read().catch(() => undefined)
  onTestFinished(async () => {
    abort.abort()
    await ended
  })
  return { messages, raw: () => raw, ended }
}

/** Polls until it has this number of messages. */
export async function pollAll(url: string, count: number): Promise<RawMessage[]> {
  const messages: RawMessage[] = []
  let headers: Record<string, string> = {}
  while (messages.length < count) {
    const response = await fetch(url, { headers, cache: 'no-store' })
    const [tag, modified] = ['etag', 'last-modified'].map((name) => response.headers.get(name) ?? '')
    if (response.status !== 200) throw new Error(`The response has status ${response.status}`)
    headers = { 'if-none-match': tag ?? '', 'if-modified-since': modified ?? '' }
    messages.push({ id: `${Date.parse(modified ?? '') / 1_000}:${tag}`, text: await response.text() })
  }
  return messages
}
