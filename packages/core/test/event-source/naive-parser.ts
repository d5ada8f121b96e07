/** The events of a whole stream, and its last event ID. */
export interface NaiveResult {
  readonly events: readonly { readonly event: string; readonly data: string; readonly id: string }[]
  readonly retries: readonly number[]
  readonly lastEventId: string
}

/**
 * Parses a whole decoded text by the algorithm of the HTML standard, sections 9.2.5 and 9.2.6, step by step. It has no
 * chunks and no limits.
 */
export function parseNaively(text: string, lastEventId = ''): NaiveResult {
  const events: { event: string; data: string; id: string }[] = []
  const retries: number[] = []
  const buffer = { data: '', type: '', id: lastEventId }
  let lastEventIdString = lastEventId

  const process = (field: string, value: string) => {
    if (field === 'event') buffer.type = value
    if (field === 'data') buffer.data += `${value}\n`
    if (field === 'id' && value.indexOf('\u0000') === -1) buffer.id = value
    if (field === 'retry' && value !== '' && value.split('').every((digit) => '0123456789'.includes(digit)))
      retries.push(Math.min(Number.parseInt(value, 10), 2147483647))
  }

  const dispatch = () => {
    lastEventIdString = buffer.id
    if (buffer.data !== '') {
      const data = buffer.data.replace(/\n$/, '')
      events.push({ event: buffer.type === '' ? 'message' : buffer.type, data, id: lastEventIdString })
    }
    buffer.data = ''
    buffer.type = ''
  }

  // end-of-line = ( cr lf / cr / lf ). The text after the last one is not a complete line.
  const lines = text.split(/\r\n|\r|\n/).slice(0, -1)
  for (const line of lines) {
    const colon = /^([^:]*):( ?)([^]*)$/.exec(line)
    if (line === '') dispatch()
    else if (line.startsWith(':')) continue
    else if (colon) process(colon[1] ?? '', colon[3] ?? '')
    else process(line, '')
  }
  return { events, retries, lastEventId: lastEventIdString }
}
