import { type HttpRequest, type HttpResponse } from './http.ts'

/** A preflight: a browser checks whether a page of another origin may send a request. */
export interface Preflight {
  readonly at: number
  /** Path and query of the request. */
  readonly target: string
  /** The method of the request that follows. */
  readonly method: string
  /** The request headers that need permission, in lower case. */
  readonly headers: readonly string[]
}

export interface Preflights {
  /** The number of all preflights. */
  readonly count: number
  /** The latest ones, oldest first. */
  readonly latest: readonly Preflight[]
}

export interface Cors {
  allowOrigin(request: HttpRequest, response: HttpResponse): void
  handlePreflight(request: HttpRequest, response: HttpResponse): void
  preflights(): Preflights
}

/** The headers that a page on another port may read. */
const exposedHeaders = [
  'Age',
  'Date',
  'ETag',
  'Last-Modified',
  'Link',
  'Location',
  'Retry-After',
  'Upload-Length',
  'Upload-Offset',
  'WWW-Authenticate',
  'X-Consul-Index',
]

const LATEST = 200

/** With `?cors=strict` the server does not allow `Last-Event-ID`, like a server that does not support resuming. */
const isForbidden = (target: string, header: string): boolean =>
  header === 'last-event-id' && URL.parse(`http://server${target}`)?.searchParams.get('cors') === 'strict'

function preflightOf({ headers, url }: HttpRequest): Preflight {
  const requested = (headers['access-control-request-headers'] ?? '').toLowerCase().split(',')
  return {
    at: Date.now(),
    target: url ?? '/',
    method: headers['access-control-request-method'] ?? '',
    headers: requested.map((name) => name.trim()).filter((name) => name !== ''),
  }
}

/** Allows every origin, because the stories and the tests use other ports. Only this machine can reach the server. */
export function createCors(): Cors {
  const latest: Preflight[] = []
  let count = 0

  return {
    allowOrigin({ headers }, response) {
      const { origin } = headers
      // Browsers reject the asterisk for a request with credentials.
      response.setHeader('Access-Control-Allow-Origin', origin ?? '*')
      response.setHeader('Vary', 'Origin')
      if (origin !== undefined) response.setHeader('Access-Control-Allow-Credentials', 'true')
      response.setHeader('Access-Control-Expose-Headers', exposedHeaders.join(', '))
    },
    handlePreflight(request, response) {
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
