/** The platform's URL class, once it has been tested. A page creates thousands of URLs. */
let standardUrl: typeof URL | undefined

/** Tests whether the platform's URL class has setters. React Native's has none, and adds a slash to every URL. */
function hasStandardUrl(): boolean {
  try {
    // A polyfill may have replaced it.
    if (!standardUrl || standardUrl !== URL) new URL('a:b').hash = ''
    standardUrl = URL
    return true
  } catch {
    return false
  }
}

/**
 * Creates the absolute URL of a text. Uses the platform's URL class if it follows the standard.
 *
 * @throws TypeError if it cannot be parsed
 */
export const createUrl = (text: string, base?: string): URL =>
  hasStandardUrl() ? new URL(text, base) : parseAlone(text, base)

const URL_PARTS = /^((\w+:)\/\/([\w.-]+|\[[\w:.]+])(?::\d+)?)(\/[^?#]*)?(\?[^#]*)?(#.*)?$/

/** Parses an absolute URL, or the path of one whose origin is that of the base. Knows less than the standard's parser. */
function parseAlone(text: string, base?: string): URL {
  const absolute = base && /^\/(?!\/)/.test(text) ? parseAlone(base).origin + text : text
  // Throws a TypeError for null.
  const [, origin = '', protocol, hostname, pathname = '/', search = '', hash = ''] = URL_PARTS.exec(
    absolute.trim().replace(/[^!-~]+/g, encodeURIComponent),
  ) as RegExpExecArray
  return {
    origin,
    protocol,
    hostname,
    pathname,
    search,
    hash,
    get href() {
      return origin + pathname + this.search + this.hash
    },
  } as URL // has the parts that are used
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
