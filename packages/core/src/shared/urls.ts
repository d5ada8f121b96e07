import { createUrl } from './create-url.ts'
import { TautlineError } from './errors.ts'
import type { ErrorText } from './error-message.ts'

/**
 * Creates the absolute URL of a WebSocket, with http replaced by ws (WHATWG WebSockets, "get a URL record").
 *
 * @throws TautlineError `bad-url`
 */
export function toWebSocketUrl(value: unknown, base: string | undefined): URL {
  const { url, badUrl } = parseUrl(value, base)
  if (!/^(ws|http)s?:$/.test(url.protocol)) throw badUrl('use ws:, wss:, http:, https: or a relative URL')
  if (url.hash) throw badUrl('remove the fragment (#)')
  return createUrl(url.href.replace(/^http/, 'ws'))
}

/**
 * Creates the URL of an HTTP request: absolute, without the fragment, which is never sent (RFC 9110, section 4.2).
 *
 * @throws TautlineError `bad-url`
 */
export function toHttpUrl(value: unknown, base: string | undefined): URL {
  const { url, badUrl } = parseUrl(value, base)
  if (!/^https?:$/.test(url.protocol)) throw badUrl('use http:, https: or a relative URL')
  // `fetch` also rejects them, but its error repeats them.
  if (url.username || url.password) throw badUrl('move user and password into the headers')
  // A fragment with an @ stays, because `describeServer` needs it. The platform does not send it either.
  if (url.href.includes('#') && !url.hash.includes('@')) url.hash = ''
  return url
}

/**
 * Tests whether a URL is on this machine, and so is reached without a network. The result of a function is not yet known:
 * then the page decides.
 */
export function isLoopback(value: unknown, base: string | undefined): boolean {
  try {
    const { hostname } = createUrl(typeof value === 'function' ? '/' : String(value), base)
    return /^(.+\.)?localhost\.?$|^127\.[\d.]+$|^0\.0\.0\.0$|^\[::(1|ffff:7f\w\w:\w{1,4})?\]$/.test(hostname)
  } catch {
    return false
  }
}

/**
 * Describes a URL for error messages by its origin alone. The other parts may contain a token, and errors are logged.
 *
 * @returns such as 'wss://chat.example:8443'
 */
export function describeServer({ protocol, origin, pathname, search, hash }: URL): string {
  // In https://user:1/pass@host the URL parser reads the user name as the host. An @ after the host reveals this.
  const isMistaken = (pathname + search + hash).includes('@')
  if (/^(data|blob|file|about|javascript):$/.test(protocol)) return `a ${protocol} URL`
  return origin === 'null' ? 'the URL' : isMistaken ? 'the server' : origin
}

/** The last base URL and its origin: that of the page. */
let lastBase: readonly [baseUrl: string, origin: string] = ['', '']

/** Whether a URL has another origin than the page. On a server there is no other origin. */
export function isCrossOrigin({ origin }: URL, baseUrl: string | undefined): boolean {
  if (baseUrl === undefined) return false
  if (lastBase[0] !== baseUrl) lastBase = [baseUrl, createUrl(baseUrl).origin]
  return origin !== lastBase[1]
}

/** The longest URL that an error stores, in characters. */
const MAX_URL_LENGTH = 8192

function parseUrl(
  value: unknown,
  base: string | undefined,
): { readonly url: URL; readonly badUrl: (reason: ErrorText) => TautlineError<'bad-url'> } {
  let text = ''
  const createError = (target: ErrorText, reason: ErrorText) =>
    new TautlineError('bad-url', `Cannot connect to ${target}: ${reason}`, {
      url: text.slice(0, MAX_URL_LENGTH),
    })
  try {
    text = String(value)
    const url = createUrl(text, base)
    return { url, badUrl: (reason: ErrorText) => createError(describeServer(url), reason) }
  } catch {
    // The platform's own error would repeat the whole URL.
    const reason = base ? 'it is not a valid URL' : 'use an absolute URL, or set environment.baseUrl'
    throw createError('the given URL', reason)
  }
}

/** Puts a URL below a base by path: `/users` below `https://api.example/v1` is `/v1/users`. An absolute URL stays. */
export const joinUrl = (base: string | URL | null | undefined, url: unknown): unknown =>
  base && !/^([a-z][a-z\d+.-]*:)?\/\//i.test(String(url))
    ? String(base).replace(/\/+$/, '') + String(url).replace(/^\/*/, '/')
    : url

/** Removes query and fragment, because a write to a resource affects its lists with any query. */
export function withoutQuery(url: string, { baseUrl }: { readonly baseUrl: string | undefined }): string {
  try {
    return createUrl(url, baseUrl).href.replace(/[?#].*$/s, '')
  } catch {
    return url
  }
}
