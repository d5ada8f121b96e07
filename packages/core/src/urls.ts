import { TautlineError } from './errors.ts'

/**
 * Makes the URL of a WebSocket: absolute, http as ws and https as wss (WHATWG WebSockets, "get a URL record").
 *
 * @throws TautlineError `bad-url`
 */
export function toWebSocketUrl(value: unknown, base: string | undefined): URL {
  const url = parse(value, base)
  // An absolute ws: base and http: URL differ in the scheme alone.
  url.protocol = url.protocol.replace(/^http/, 'ws')
  if (!/^wss?:$/.test(url.protocol)) throw refused(value, 'use ws:, wss:, http:, https: or a relative URL')
  if (url.hash) throw refused(value, 'a WebSocket URL has no fragment')
  return url
}

/**
 * Makes the URL of an HTTP request: absolute, without the fragment, which is never sent (RFC 9110, section 4.2).
 *
 * @throws TautlineError `bad-url`
 */
export function toHttpUrl(value: unknown, base: string | undefined): URL {
  const url = parse(value, base)
  if (!/^https?:$/.test(url.protocol)) throw refused(value, 'use http:, https: or a relative URL')
  // `fetch` refuses them with an error that repeats them.
  if (url.username || url.password) throw refused(value, 'put user and password into the headers')
  url.hash = ''
  return url
}

function parse(value: unknown, base: string | undefined): URL {
  try {
    return new URL(String(value), base)
  } catch {
    // The platform's own error would repeat the whole URL.
    const why = base ? 'it is not a URL' : 'it is not an absolute URL, and environment.baseUrl is not set'
    throw refused(value, why)
  }
}

function refused(value: unknown, why: string): TautlineError<'bad-url'> {
  // Queries, fragments and user info may hold tokens, however they are written, and errors end in logs.
  const url = String(value)
    .replace(/[?#].*$/s, '')
    .replace(/^(\w+:)?.*@/s, '$1…')
  return new TautlineError('bad-url', `Cannot connect to "${url}": ${why}`, { url })
}
