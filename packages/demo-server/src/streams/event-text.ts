/** One event of the event stream format (HTML standard, section 9.2). */
export interface StreamEvent {
  readonly id?: string
  /** The type of the event. @default 'message' */
  readonly event?: string
  readonly data: string
}

/** Formats an event, with the blank line that ends it. */
export function eventText({ id, event, data }: StreamEvent): string {
  const dataFields = data.split('\n').map((text) => `data: ${text}\n`)
  const head = `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}`
  return `${head}${dataFields.join('')}\n`
}
