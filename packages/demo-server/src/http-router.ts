import { type Cors } from './cors.ts'
import { type HttpRequest, type HttpResponse } from './http.ts'
import { type Fields, fieldsOf, fieldsOfJson } from './input.ts'
import { matchPath, type PathParams, urlOf } from './paths.ts'
import { Problem, problemBody, problemOf } from './problem.ts'

/** One HTTP request, and the ways to answer it. A route that streams writes to the response itself. */
export interface Exchange {
  readonly request: HttpRequest
  readonly response: HttpResponse
  /** Path and query, as they were asked for. */
  readonly target: string
  /** The parameters of the path and of the query. */
  readonly parameters: Fields
  /** The query alone, for parameters that may come more than once. */
  readonly query: URLSearchParams
  /** The body as it came. @throws Problem */
  bytes(): Promise<Buffer>
  /** The body as a JSON object; an empty body is an empty object. @throws Problem */
  body(): Promise<Fields>
  json(body: object, status?: number): void
}

export interface Route {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `:names`, such as `/control/faults/:id`. */
  readonly path: string
  handle(exchange: Exchange): void | Promise<void>
}

const MAX_BODY = 64 * 1024

async function readBytes(request: HttpRequest): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  // Left early, an iterator would take the connection with it, and the answer too.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes: Buffer = Buffer.from(chunk)
    length += bytes.length
    if (length > MAX_BODY) throw new Problem(413, 'too-large', `A body has at most ${MAX_BODY} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

async function readBody(request: HttpRequest): Promise<Fields> {
  const text = (await readBytes(request)).toString('utf8')
  return text.trim() === '' ? fieldsOf({}) : fieldsOfJson(text)
}

function answer(response: HttpResponse, status: number, type: string, body: object): void {
  const text = `${JSON.stringify(body)}\n`
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) })
  response.end(text)
}

/** RFC 9457. */
function answerProblem(request: HttpRequest, response: HttpResponse, thrown: unknown): void {
  const problem = problemOf(thrown)
  if (response.headersSent) return void response.destroy()
  // What is left of a body that was refused must not be taken for the next request.
  if (!request.complete && request.httpVersionMajor === 1) response.setHeader('Connection', 'close')
  for (const [name, value] of Object.entries(problem.headers)) response.setHeader(name, value)
  answer(response, problem.status, 'application/problem+json', problemBody(problem))
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
    json: (body, status = 200) => answer(response, status, 'application/json', body),
  }
}

async function serve(
  routes: readonly Route[],
  socketPaths: readonly string[],
  request: HttpRequest,
  response: HttpResponse,
): Promise<void> {
  const url = urlOf(request.url)
  const fitting = routes.flatMap((route) => {
    const params = matchPath(route.path, url.pathname)
    return params === undefined ? [] : [{ route, params }]
  })
  const found = fitting.find(({ route }) => route.method === request.method)
  if (found !== undefined) return found.route.handle(exchangeOf(request, response, url, found.params))
  if (fitting.length > 0) {
    response.setHeader('Allow', fitting.map(({ route }) => route.method).join(', '))
    throw new Problem(405, 'method-not-allowed', `${request.method ?? 'This method'} is not answered here`)
  }
  if (socketPaths.some((path) => matchPath(path, url.pathname) !== undefined)) {
    // HTTP/2 knows no upgrade, and its servers may not speak of one.
    if (request.httpVersionMajor === 1) response.setHeader('Upgrade', 'websocket')
    throw new Problem(426, 'upgrade-required', 'This endpoint speaks WebSocket')
  }
  throw new Problem(404, 'not-found', `There is nothing at ${url.pathname}`)
}

/** The listener for an HTTP server's requests. */
export function createHttpRouter(
  routes: readonly Route[],
  socketPaths: readonly string[],
  cors: Cors,
): (request: HttpRequest, response: HttpResponse) => void {
  return (request, response) => {
    cors.allowOrigin(request, response)
    if (request.method === 'OPTIONS') return cors.answerPreflight(request, response)
    serve(routes, socketPaths, request, response).catch((thrown: unknown) =>
      answerProblem(request, response, thrown),
    )
  }
}
