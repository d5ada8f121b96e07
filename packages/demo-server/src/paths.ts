import { Problem } from './problem.ts'

/** What stood in the place of the `:names` of a pattern. */
export type PathParams = Readonly<Record<string, string>>

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new Problem(400, 'bad-input', 'The path is not valid percent-encoding')
  }
}

/** Matches `/chat/:room` against `/chat/lobby`; undefined when it does not fit. */
export function matchPath(pattern: string, pathname: string): PathParams | undefined {
  const wanted = pattern.split('/')
  const given = pathname.split('/')
  if (wanted.length !== given.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, segment] of wanted.entries()) {
    const actual = given[index] ?? ''
    if (segment.startsWith(':')) params[segment.slice(1)] = decode(actual)
    else if (segment !== actual) return undefined
  }
  return params
}

/** A request target as a URL; the host in it means nothing. @throws Problem */
export function urlOf(target: string | undefined): URL {
  const url = URL.parse(`http://server${target ?? '/'}`)
  if (url === null || target?.startsWith('/') === false) {
    throw new Problem(400, 'bad-input', 'The request target is not a path')
  }
  return url
}
