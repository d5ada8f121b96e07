import { TautlineError } from './errors.ts'

/**
 * Makes the URL of a WebSocket: absolute, http as ws and https as wss (WHATWG WebSockets, "get a URL record").
 *
 * @throws TautlineError `bad-url`
 */
export function toWebSocketUrl(value: unknown, base: string | undefined): URL {
  const { url, refuse: badUrl } = parseUrl(value, base)
  // An absolute ws: base and http: URL differ in the scheme alone.
  url.protocol = url.protocol.replace(/^http/, 'ws')
  if (!/^wss?:$/.test(url.protocol)) throw badUrl('use ws:, wss:, http:, https: or a relative URL')
  if (url.hash) throw badUrl('a WebSocket URL has no fragment')
  return url
}

/**
 * Makes the URL of an HTTP request: absolute, without the fragment, which is never sent (RFC 9110, section 4.2).
 *
 * @throws TautlineError `bad-url`
 */
export function toHttpUrl(value: unknown, base: string | undefined): URL {
  const { url, refuse: badUrl } = parseUrl(value, base)
  if (!/^https?:$/.test(url.protocol)) throw badUrl('use http:, https: or a relative URL')
  // `fetch` refuses them with an error that repeats them.
  if (url.username || url.password) throw badUrl('put user and password into the headers')
  // An @ in it is what `serverOf` knows a mistaken host by; the platform does not send it either.
  if (!url.hash.includes('@')) url.hash = ''
  return url
}

/**
 * What a message says of a URL: its origin. A path, a query, a fragment and user info may hold a token, and errors end in logs.
 *
 * @returns such as 'wss://chat.example:8443'
 */
export function describeServer({ protocol, origin, pathname, search, hash }: URL): string {
  // Behind an @ stands the host that was meant: https://user:1/pass@host has the user in its place.
  const isMistaken = (pathname + search + hash).includes('@')
  if (/^(data|blob|file|about|javascript):$/.test(protocol)) return `a ${protocol} URL`
  return origin === 'null' ? 'the URL' : isMistaken ? 'the server' : origin
}

/** The longest URL that an error keeps, in characters. */
const MAX_URL_LENGTH = 8192

function parseUrl(
  value: unknown,
  base: string | undefined,
): { readonly url: URL; readonly refuse: (reason: string) => TautlineError<'bad-url'> } {
  let text = ''
  const badUrl = (target: string, reason: string) =>
    new TautlineError('bad-url', `Cannot connect to ${target}: ${reason}`, {
      url: text.slice(0, MAX_URL_LENGTH),
    })
  try {
    text = String(value)
    const url = new URL(text, base)
    return { url, refuse: (reason) => badUrl(describeServer(url), reason) }
  } catch {
    // The platform's own error would repeat the whole URL.
    const reason = base ? 'it is not a URL' : 'it is not an absolute URL, and environment.baseUrl is not set'
    throw badUrl('the URL given', reason)
  }
}

/** What a write names is the resource: its lists are under any query. */
export function withoutQuery(url: string, { baseUrl }: { readonly baseUrl: string | undefined }): string {
  try {
    return new URL(url, baseUrl).href.replace(/[?#].*$/s, '')
  } catch {
    return url
  }
}
