let testedClass: unknown
let isStandard = false

/** Tests whether the platform's URL class has setters. React Native's has none, and adds a slash to every URL. */
function hasStandardUrl(): boolean {
  if (typeof URL !== 'function') return false
  if (testedClass === URL) return isStandard
  testedClass = URL
  try {
    const url = new URL('http://a/b?c')
    url.search = ''
    isStandard = url.href === 'http://a/b'
  } catch {
    isStandard = false
  }
  return isStandard
}

/**
 * Creates the absolute URL of a text. Uses the platform's URL class if it follows the standard.
 *
 * @throws TypeError if it cannot be parsed
 */
export function createUrl(text: string, base?: string): URL {
  return hasStandardUrl() ? new URL(text, base) : parseAlone(text, base)
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  'http:': '80',
  'https:': '443',
  'ws:': '80',
  'wss:': '443',
}

/** Parses a URL (RFC 3986, appendix B). It knows less than the standard's parser, such as no international domains. */
function parseAlone(given: string, base: string | undefined): URL {
  const text = toAbsolute(given.trim().replace(/[\t\n\r]/g, ''), base)
  const match = /^([a-z][a-z\d+.-]*:)(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(text)
  const [, scheme = '', authority, path = '', query = '', fragment = ''] = match ?? []
  const protocol = scheme.toLowerCase()
  const isSpecial = protocol in DEFAULT_PORTS
  const [, username = '', password = '', host = '', port = ''] =
    /^(?:([^:]*)(?::(.*))?@)?([\w.~-]+|\[[\da-f:.]+\])?(?::(\d{0,5}))?$/i.exec(authority ?? '') ?? []
  if (!match || (isSpecial && !host)) throw new TypeError('Invalid URL')
  return createPlainUrl({
    protocol,
    username,
    password,
    hostname: host.toLowerCase(),
    port: port === DEFAULT_PORTS[protocol] ? '' : port,
    pathname: isSpecial ? withoutDots(encode(path)) : path,
    search: query === '?' ? '' : encode(query),
    hash: fragment === '#' ? '' : encode(fragment),
  })
}

type UrlParts = Pick<
  URL,
  'protocol' | 'username' | 'password' | 'hostname' | 'port' | 'pathname' | 'search' | 'hash'
>

function createPlainUrl(parts: UrlParts): URL {
  const url = {
    ...parts,
    get host(): string {
      return url.hostname + (url.port && `:${url.port}`)
    },
    get origin(): string {
      return url.protocol in DEFAULT_PORTS ? `${url.protocol}//${url.host}` : 'null'
    },
    get href(): string {
      const password = url.password && `:${url.password}`
      const user = url.username || password ? `${url.username}${password}@` : ''
      const authority = url.hostname || url.origin !== 'null' ? `//${user}${url.host}` : ''
      return url.protocol + authority + url.pathname + url.search + url.hash
    },
    get searchParams(): ReturnType<typeof createSearchParams> {
      return createSearchParams(url)
    },
    toString: (): string => url.href,
    toJSON: (): string => url.href,
  }
  return url as unknown as URL // of URLSearchParams it has what changes a query
}

/** The part of URLSearchParams that changes one query. React Native's own does not change its URL. */
function createSearchParams(url: {
  search: string
}): Pick<URLSearchParams, 'has' | 'append' | 'set' | 'delete' | 'toString'> {
  const all = () => url.search.slice(1).split('&').filter(Boolean)
  const others = (name: string) => all().filter((part) => queryNameOf(part) !== name)
  const pair = (name: string, value: string) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`
  const write = (parts: readonly string[]) =>
    void (url.search = parts.length > 0 ? `?${parts.join('&')}` : '')
  return {
    has: (name: string) => others(name).length < all().length,
    append: (name: string, value: string) => write([...all(), pair(name, value)]),
    set: (name: string, value: string) => write([...others(name), pair(name, value)]),
    delete: (name: string) => write(others(name)),
    toString: () => url.search.slice(1),
  }
}

/** Returns the decoded name of one `name=value` of a query. */
export function queryNameOf(part: string): string {
  const [name = ''] = part.replaceAll('+', ' ').split('=')
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

function toAbsolute(text: string, base: string | undefined): string {
  const [beforeQuery = ''] = /^[^?#]*/.exec(text) ?? []
  const reference = beforeQuery.replaceAll('\\', '/') + text.slice(beforeQuery.length)
  if (base === undefined || /^[a-z][a-z\d+.-]*:/i.test(reference)) return reference
  const { protocol, pathname, search, href, host } = parseAlone(base, undefined)
  if (reference.startsWith('//')) return protocol + reference
  const root = href.slice(0, href.indexOf(host, protocol.length) + host.length)
  if (reference.startsWith('/')) return root + reference
  if (reference.startsWith('?')) return root + pathname + reference
  if (/^(#|$)/.test(reference)) return root + pathname + search + reference
  return root + pathname.replace(/[^/]*$/, '') + reference
}

/** Percent-encodes what may not be in a URL. */
const encode = (text: string): string => text.replace(/[^!-~]+|["<>`]/g, encodeURIComponent)

/** Removes the segments `.` and `..` (RFC 3986, section 5.2.4). */
function withoutDots(path: string): string {
  const segments: string[] = []
  const given = path.split('/').slice(1)
  given.forEach((segment, index) => {
    if (segment === '..') segments.pop()
    if (segment !== '.' && segment !== '..') segments.push(segment)
    else if (index === given.length - 1) segments.push('')
  })
  return `/${segments.join('/')}`
}
