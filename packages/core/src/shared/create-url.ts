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

const URL_PARTS =
  /^([a-z][\w+.-]*:)\/\/(?:([^/?#@\\]*)@)?([\w.~-]+|\[[\da-f:.]+\])(:\d{1,5})?(\/[^?#]*)?(\?[^#]*)?(#.*)?$/i

/** Parses a URL (RFC 3986, appendix B). It knows less than the standard's parser, such as no international domains. */
function parseAlone(given: string, base: string | undefined): URL {
  let text = given.trim()
  if (base !== undefined && !/^[a-z][\w+.-]*:/i.test(text)) {
    const { protocol, host, pathname } = parseAlone(base, undefined)
    const path = /^[?#]|^$/.test(text) ? pathname : text.startsWith('/') ? '' : pathname.replace(/[^/]*$/, '')
    text = text.startsWith('//') ? protocol + text : `${protocol}//${host}${path}${text}`
  }
  const match = URL_PARTS.exec(text.replace(/[^!-~]+|["<>`]/g, encodeURIComponent))
  if (!match) throw new TypeError('Invalid URL')
  const [, scheme = '', username = '', hostname = '', port = '', pathname = '/', search = '', hash = ''] =
    match
  const url = {
    protocol: scheme.toLowerCase(),
    username,
    password: '',
    hostname: hostname.toLowerCase(),
    host: hostname.toLowerCase() + port,
    pathname,
    search,
    hash,
    get origin(): string {
      return `${url.protocol}//${url.host}`
    },
    get href(): string {
      return url.origin + url.pathname + url.search + url.hash
    },
    searchParams: {
      append(name: string, value: string) {
        const pair = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`
        url.search = url.search ? `${url.search}&${pair}` : `?${pair}`
      },
    },
    toString: (): string => url.href,
  }
  return url as unknown as URL // has the parts that are used
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
