import { type Cors } from './cors.ts'
import { type HttpRequest, type HttpResponse } from './http.ts'
import { type Fields, fieldsOf, fieldsOfJson } from './input.ts'
import { matchPath, type PathParams, urlOf } from './paths.ts'
import { Problem, problemBody, problemOf } from './problem.ts'

/** One HTTP request, and the means to respond to it. A route that streams writes to the response directly. */
export interface Exchange {
  readonly request: HttpRequest
  readonly response: HttpResponse
  /** Path and query of the request. */
  readonly target: string
  /** The parameters of the path and of the query. */
  readonly parameters: Fields
  /** The query alone, for parameters that may appear more than once. */
  readonly query: URLSearchParams
  /** The bytes of the body. @throws Problem */
  bytes(): Promise<Buffer>
  /** The body as a JSON object; an empty body is an empty object. @throws Problem */
  body(): Promise<Fields>
  json(body: object, status?: number): void
}

export interface Route {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** The path pattern, with `:names`, such as `/control/faults/:id`. */
  readonly path: string
  handle(exchange: Exchange): void | Promise<void>
}

const MAX_BODY = 64 * 1024

async function readBytes(request: HttpRequest): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  // By default an iterator that ends early destroys the connection, and the response would be lost.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes: Buffer = Buffer.from(chunk)
    length += bytes.length
    if (length > MAX_BODY) throw new Problem(413, 'too-large', `The body must have at most ${MAX_BODY} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

async function readBody(request: HttpRequest): Promise<Fields> {
  const text = (await readBytes(request)).toString('utf8')
  return text.trim() === '' ? fieldsOf({}) : fieldsOfJson(text)
}

function sendJson(response: HttpResponse, status: number, type: string, body: object): void {
  const text = `${JSON.stringify(body)}\n`
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) })
  response.end(text)
}

/** Sends what was thrown as a problem (RFC 9457). */
function sendProblem(request: HttpRequest, response: HttpResponse, thrown: unknown): void {
  const problem = problemOf(thrown)
  if (response.headersSent) return void response.destroy()
  // The rest of a refused body must not be read as the next request.
  if (!request.complete && request.httpVersionMajor === 1) response.setHeader('Connection', 'close')
  for (const [name, value] of Object.entries(problem.headers)) response.setHeader(name, value)
  sendJson(response, problem.status, 'application/problem+json', problemBody(problem))
}

function exchangeOf(
  request: HttpRequest,
  response: HttpResponse,
  { searchParams }: URL,
  params: PathParams,
): Exchange {
  return {
    request,
    response,
    target: request.url ?? '/',
    parameters: fieldsOf({ ...Object.fromEntries(searchParams), ...params }),
    query: searchParams,
    bytes: () => readBytes(request),
    body: () => readBody(request),
    json: (body, status = 200) => sendJson(response, status, 'application/json', body),
  }
}

async function serve(
  routes: readonly Route[],
  socketPaths: readonly string[],
  request: HttpRequest,
  response: HttpResponse,
): Promise<void> {
  const url = urlOf(request.url)
  const matches = routes.flatMap((route) => {
    const params = matchPath(route.path, url.pathname)
    return params === undefined ? [] : [{ route, params }]
  })
  const found = matches.find(({ route }) => route.method === request.method)
  if (found !== undefined) return found.route.handle(exchangeOf(request, response, url, found.params))
  if (matches.length > 0) {
    response.setHeader('Allow', matches.map(({ route }) => route.method).join(', '))
    throw new Problem(405, 'method-not-allowed', `${request.method ?? 'This method'} is not allowed here`)
  }
  if (socketPaths.some((path) => matchPath(path, url.pathname) !== undefined)) {
    // HTTP/2 forbids the header `Upgrade`.
    if (request.httpVersionMajor === 1) response.setHeader('Upgrade', 'websocket')
    throw new Problem(426, 'upgrade-required', 'This endpoint accepts WebSocket connections only')
  }
  throw new Problem(404, 'not-found', `There is nothing at ${url.pathname}`)
}

/** Creates the request listener of an HTTP server. */
export function createHttpRouter(
  routes: readonly Route[],
  socketPaths: readonly string[],
  cors: Cors,
): (request: HttpRequest, response: HttpResponse) => void {
  return (request, response) => {
    cors.allowOrigin(request, response)
    if (request.method === 'OPTIONS') return cors.handlePreflight(request, response)
    serve(routes, socketPaths, request, response).catch((thrown: unknown) =>
      sendProblem(request, response, thrown),
    )
  }
}
