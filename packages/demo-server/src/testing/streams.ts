/** One block of an event stream: its fields, with several data lines joined. Comments are no blocks. */
export interface ParsedEvent {
  readonly id?: string
  readonly event?: string
  readonly retry?: string
  readonly data?: string
}

/** As plainly as can be: what a real client does with odd bytes is not what is tested here. */
function parseBlock(block: string): ParsedEvent {
  const fields: Record<string, string> = {}
  for (const line of block.split('\n')) {
    const [, name, value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? []
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

/** A stream that is read as a test asks for it. */
export interface TestStream {
  readonly response: Response
  /** The bytes of the next chunk; undefined when the body has ended. */
  nextChunk(): Promise<Buffer | undefined>
  /** The next block, comments included, as text. @throws Error when the body ends first. */
  nextBlock(): Promise<string>
  next(): Promise<ParsedEvent>
  /** All that is left, up to the end of the body. */
  rest(): Promise<string>
  /** Goes away, as a page does. */
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
      if ((await nextChunk()) === undefined) throw new Error('The body has ended')
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

/** The status, the text of the whole body, and the headers. */
export async function fetchText(url: string, init: RequestInit = {}) {
  const response = await fetch(url, init)
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** Text as the bytes of UTF-8, in the form that `fetch` takes for a header. */
export const headerBytes = (text: string): string => Buffer.from(text).toString('latin1')
