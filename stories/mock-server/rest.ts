import { HttpResponse, http } from 'msw'
import { problemBody, problemOf } from '../../packages/demo-server/src/problem.ts'
import { MOCK_URL } from '../server/story-server.ts'
import { countRequest } from './request-counts.ts'
import { FaultRule, takeRule } from './rules.ts'

/** The parts of a request that an endpoint reads. */
export interface RestExchange {
  readonly request: Request
  readonly query: URLSearchParams
  readonly params: Readonly<Record<string, string>>
}

export interface RestResponse {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export const jsonResponse = (
  body: object,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): RestResponse & { readonly body: string } => ({
  status,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: `${JSON.stringify(body)}\n`,
})

/** A hash of the text: another text gets another ETag. */
export function etagOf(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return `"${(hash >>> 0).toString(36)}-${text.length.toString(36)}"`
}

export const withEtag = (response: RestResponse & { readonly body: string }): RestResponse => ({
  ...response,
  headers: { ...response.headers, ETag: etagOf(response.body) },
})

/** `Cache-Control` as requested in the query. */
export const cachingOf = (query: URLSearchParams): { readonly 'Cache-Control': string } => ({
  'Cache-Control': query.get('cache') ?? 'no-cache',
})

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Responds with 304 if the page has the same version already. */
function revalidate(request: Request, response: RestResponse): RestResponse {
  const { ETag: etag, ...headers } = response.headers ?? {}
  const requested = request.headers.get('if-none-match')
  if (request.method !== 'GET' || response.status !== 200 || etag === undefined || requested !== etag)
    return response
  const { 'Cache-Control': caching = '' } = headers
  return { status: 304, headers: { ETag: etag, 'Cache-Control': caching } }
}

const problemResponse = (thrown: unknown): RestResponse => {
  const problem = problemOf(thrown)
  return {
    status: problem.status,
    headers: { 'Content-Type': 'application/problem+json', ...problem.headers },
    body: JSON.stringify(problemBody(problem)),
  }
}

/** The fault for this request: the one in its URL, else the first matching rule. */
function faultOf({ pathname, search, searchParams: query }: URL): FaultRule | undefined {
  const fault = query.get('fault')
  if (fault === null) return takeRule(pathname + search)
  return FaultRule.parse({
    fault,
    status: Number(query.get('fault-status') ?? 503),
    ms: Number(query.get('fault-ms') ?? 0),
  })
}

async function respond(
  url: URL,
  exchange: RestExchange,
  handle: (exchange: RestExchange) => RestResponse | Promise<RestResponse>,
): Promise<RestResponse> {
  const rule = faultOf(url)
  if (rule?.fault === 'refuse') {
    await wait(rule.ms)
    return { status: rule.status }
  }
  try {
    const response = revalidate(exchange.request, await handle(exchange))
    await wait(Number(exchange.query.get('delay') ?? 0))
    return response
  } catch (thrown) {
    return problemResponse(thrown)
  }
}

/** Serves one path with complete responses. Every such endpoint supports `delay`, `fault` and validators. */
export function restEndpoint(
  method: 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete',
  path: string,
  handle: (exchange: RestExchange) => RestResponse | Promise<RestResponse>,
) {
  return http[method](`${MOCK_URL}${path}`, async ({ request, params }) => {
    const url = new URL(request.url)
    const named = Object.entries(params).map(([name, value]) => [name, String(value)])
    const exchange = { request, query: url.searchParams, params: Object.fromEntries(named) }
    const { status, headers, body } = await countRequest(request, url, () => respond(url, exchange, handle))
    return new HttpResponse(body ?? null, { status, ...(headers && { headers }) })
  })
}
