import { TautlineError } from './errors.ts'

/**
 * Makes the URL of a WebSocket: absolute, http as ws and https as wss (WHATWG WebSockets, "get a URL record").
 *
 * @throws TautlineError `bad-url`
 */
export function toWebSocketUrl(value: unknown, base: string | undefined): URL {
  const refuse = (why: string, cause?: unknown) => {
    // Queries, fragments and user info may hold tokens, however they are written, and errors end in logs.
    const url = String(value)
      .replace(/[?#].*$/s, '')
      .replace(/^(\w+:)?.*@/s, '$1…')
    return new TautlineError('bad-url', `Cannot connect to "${url}": ${why}`, { url }, cause)
  }
  let url: URL
  try {
    url = new URL(String(value), base)
  } catch {
    // The platform's own error would repeat the whole URL.
    throw refuse(base ? 'it is not a URL' : 'it is not an absolute URL, and environment.baseUrl is not set')
  }
  // An absolute ws: base and http: URL differ in the scheme alone.
  url.protocol = url.protocol.replace(/^http/, 'ws')
  if (!/^wss?:$/.test(url.protocol)) throw refuse('use ws:, wss:, http:, https: or a relative URL')
  if (url.hash) throw refuse('a WebSocket URL has no fragment')
  return url
}
