import { HttpResponse, http } from 'msw'
import { problemBody, problemOf } from '../../packages/demo-server/src/problem.ts'
import { MOCK_URL } from '../server/story-server.ts'
import { counted } from './request-counts.ts'
import { Wish, takeRule } from './rules.ts'

/** A request for a resource, as far as its endpoint reads it. */
export interface RestExchange {
  readonly request: Request
  readonly query: URLSearchParams
  readonly params: Readonly<Record<string, string>>
}

export interface RestAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export const jsonAnswer = (
  body: object,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): RestAnswer & { readonly body: string } => ({
  status,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: `${JSON.stringify(body)}\n`,
})

/** Another text has another one. */
export function etagOf(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return `"${(hash >>> 0).toString(36)}-${text.length.toString(36)}"`
}

export const withEtag = (answer: RestAnswer & { readonly body: string }): RestAnswer => ({
  ...answer,
  headers: { ...answer.headers, ETag: etagOf(answer.body) },
})

/** `Cache-Control`, as the query wishes it. */
export const cachingOf = (query: URLSearchParams): { readonly 'Cache-Control': string } => ({
  'Cache-Control': query.get('cache') ?? 'no-cache',
})

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** 304 instead of what the page has already. */
function revalidated(request: Request, answer: RestAnswer): RestAnswer {
  const { ETag: etag, ...headers } = answer.headers ?? {}
  const known = request.headers.get('if-none-match')
  if (request.method !== 'GET' || answer.status !== 200 || etag === undefined || known !== etag) return answer
  const { 'Cache-Control': caching = '' } = headers
  return { status: 304, headers: { ETag: etag, 'Cache-Control': caching } }
}

const refusal = (thrown: unknown): RestAnswer => {
  const problem = problemOf(thrown)
  return {
    status: problem.status,
    headers: { 'Content-Type': 'application/problem+json', ...problem.headers },
    body: JSON.stringify(problemBody(problem)),
  }
}

/** What strikes this request: the wish of its URL, or else a rule. */
function faultOf({ pathname, search, searchParams: query }: URL): Wish | undefined {
  const fault = query.get('fault')
  if (fault === null) return takeRule(pathname + search)
  return Wish.parse({
    fault,
    status: Number(query.get('fault-status') ?? 503),
    ms: Number(query.get('fault-ms') ?? 0),
  })
}

async function answerOf(
  url: URL,
  exchange: RestExchange,
  handle: (exchange: RestExchange) => RestAnswer | Promise<RestAnswer>,
): Promise<RestAnswer> {
  const rule = faultOf(url)
  if (rule?.fault === 'refuse') {
    await wait(rule.ms)
    return { status: rule.status }
  }
  try {
    const answer = revalidated(exchange.request, await handle(exchange))
    await wait(Number(exchange.query.get('delay') ?? 0))
    return answer
  } catch (thrown) {
    return refusal(thrown)
  }
}

/** Serves one path with answers that are whole before they begin. `delay`, `fault` and validators are understood by all. */
export function restEndpoint(
  method: 'get' | 'post' | 'put' | 'patch' | 'delete',
  path: string,
  handle: (exchange: RestExchange) => RestAnswer | Promise<RestAnswer>,
) {
  return http[method](`${MOCK_URL}${path}`, async ({ request, params }) => {
    const url = new URL(request.url)
    const named = Object.entries(params).map(([name, value]) => [name, String(value)])
    const exchange = { request, query: url.searchParams, params: Object.fromEntries(named) }
    const { status, headers, body } = await counted(request, url, () => answerOf(url, exchange, handle))
    return new HttpResponse(body ?? null, { status, ...(headers && { headers }) })
  })
}
