/** Parses the headers of an XMLHttpRequest, one on each line. */
export function parseRawHeaders(raw: string | null | undefined): Headers {
  const headers = new Headers()
  for (const field of (raw ?? '').split('\r\n')) {
    const colon = field.indexOf(':')
    if (colon > 0) headers.append(field.slice(0, colon), field.slice(colon + 1).trim())
  }
  return headers
}
