/** One block of an event stream. Several data lines are joined. A comment is not a block. */
export interface ParsedEvent {
  readonly id?: string
  readonly event?: string
  readonly retry?: string
  readonly data?: string
}

/** Parses a block in a simple way. Unusual bytes are tested with real clients elsewhere. */
function parseBlock(block: string): ParsedEvent {
  const fields: Record<string, string> = {}
  for (const textLine of block.split('\n')) {
    const [, name, value = ''] = /^(\w+): ?(.*)$/.exec(textLine) ?? []
    if (name === undefined) continue
    const before = name === 'data' ? fields[name] : undefined
    fields[name] = before === undefined ? value : `${before}\n${value}`
  }
  return fields
}

export const parseEvents = (text: string): readonly ParsedEvent[] =>
  text
    .split('\n\n')
    .filter((block) => block !== '' && !block.startsWith(':'))
    .map(parseBlock)

export const jsonOf = (event: ParsedEvent | undefined): Record<string, unknown> =>
  Object(JSON.parse(event?.data ?? 'null'))

/** A stream that a test reads step by step. */
export interface TestStream {
  readonly response: Response
  /** The next chunk; undefined when the body has ended. */
  nextChunk(): Promise<Buffer | undefined>
  /** The next block, comments included, as text. @throws Error when the body ends first. */
  nextBlock(): Promise<string>
  next(): Promise<ParsedEvent>
  /** The rest of the body. */
  rest(): Promise<string>
  /** Aborts the request. */
  leave(): void
}

export async function openStream(url: string, init: RequestInit = {}): Promise<TestStream> {
  const controller = new AbortController()
  const response = await fetch(url, { ...init, signal: controller.signal })
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''

  async function nextChunk(): Promise<Buffer | undefined> {
    const chunk = await reader?.read()
    if (chunk?.value === undefined) return undefined
    text += decoder.decode(chunk.value, { stream: true })
    return Buffer.from(chunk.value)
  }

  async function nextBlock(): Promise<string> {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const block = text.slice(0, end)
        text = text.slice(end + 2)
        return block
      }
      if ((await nextChunk()) === undefined) throw new Error('The body ended before the next block')
    }
  }

  return {
    response,
    nextChunk,
    nextBlock,
    next: async () => parseBlock(await nextBlock()),
    async rest() {
      while ((await nextChunk()) !== undefined);
      const rest = text
      text = ''
      return rest
    },
    leave: () => controller.abort(),
  }
}

/** Fetches a URL, and returns the status, the headers and the text of the whole body. */
export async function fetchText(url: string, init: RequestInit = {}) {
  const response = await fetch(url, init)
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** Encodes text as UTF-8, in the form that `fetch` accepts for a header. */
export const headerBytes = (text: string): string => Buffer.from(text).toString('latin1')
