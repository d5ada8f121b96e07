import { type HttpRequest, type HttpResponse } from './http.ts'

/** A browser that asks whether a page of another origin may send a request. */
export interface Preflight {
  readonly at: number
  /** Path and query, as they were asked for. */
  readonly target: string
  /** Of the request to come. */
  readonly method: string
  /** The request headers that need permission, in lower case. */
  readonly headers: readonly string[]
}

export interface Preflights {
  /** All that there ever were. */
  readonly count: number
  /** Oldest first. */
  readonly latest: readonly Preflight[]
}

export interface Cors {
  allowOrigin(request: HttpRequest, response: HttpResponse): void
  answerPreflight(request: HttpRequest, response: HttpResponse): void
  preflights(): Preflights
}

/** Headers that a page on another port may read. */
const exposed = [
  'Age',
  'Date',
  'ETag',
  'Last-Modified',
  'Link',
  'Location',
  'Retry-After',
  'WWW-Authenticate',
  'X-Consul-Index',
]

const LATEST = 200

/** `?cors=strict` is a server that never heard of resuming: the one header is not let through. */
const isForbidden = (target: string, header: string): boolean =>
  header === 'last-event-id' && URL.parse(`http://server${target}`)?.searchParams.get('cors') === 'strict'

function preflightOf({ headers, url }: HttpRequest): Preflight {
  const asked = (headers['access-control-request-headers'] ?? '').toLowerCase().split(',')
  return {
    at: Date.now(),
    target: url ?? '/',
    method: headers['access-control-request-method'] ?? '',
    headers: asked.map((name) => name.trim()).filter((name) => name !== ''),
  }
}

/** The stories and the tests live on other ports, so every origin is let in; only this machine can reach the server. */
export function createCors(): Cors {
  const latest: Preflight[] = []
  let count = 0

  return {
    allowOrigin({ headers }, response) {
      const { origin } = headers
      // A request with credentials is not content with the asterisk.
      response.setHeader('Access-Control-Allow-Origin', origin ?? '*')
      response.setHeader('Vary', 'Origin')
      if (origin !== undefined) response.setHeader('Access-Control-Allow-Credentials', 'true')
      response.setHeader('Access-Control-Expose-Headers', exposed.join(', '))
    },
    answerPreflight(request, response) {
      const preflight = preflightOf(request)
      count += 1
      latest.push(preflight)
      if (latest.length > LATEST) latest.shift()
      const allowed = preflight.headers.filter((header) => !isForbidden(preflight.target, header))
      response.writeHead(204, {
        'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
        'Access-Control-Allow-Headers': preflight.headers.length === 0 ? '*' : allowed.join(', '),
        'Access-Control-Max-Age': '600',
      })
      response.end()
    },
    preflights: () => ({ count, latest: [...latest] }),
  }
}
