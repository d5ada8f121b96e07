import { Problem } from './problem.ts'

/** The values of the `:names` of a pattern. */
export type PathParams = Readonly<Record<string, string>>

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new Problem(400, 'bad-input', 'The path is not valid percent-encoding')
  }
}

/** Matches `/chat/:room` against `/chat/lobby`. Returns undefined when they do not match. */
export function matchPath(pattern: string, pathname: string): PathParams | undefined {
  const patternSegments = pattern.split('/')
  const pathSegments = pathname.split('/')
  if (patternSegments.length !== pathSegments.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, segment] of patternSegments.entries()) {
    const actual = pathSegments[index] ?? ''
    if (segment.startsWith(':')) params[segment.slice(1)] = decode(actual)
    else if (segment !== actual) return undefined
  }
  return params
}

/** Converts a request target to a URL with a placeholder host. @throws Problem */
export function urlOf(target: string | undefined): URL {
  const url = URL.parse(`http://server${target ?? '/'}`)
  if (url === null || target?.startsWith('/') === false) {
    throw new Problem(400, 'bad-input', 'The request target is not a path')
  }
  return url
}
