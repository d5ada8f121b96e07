import { z } from 'zod'
import { Problem } from '../../packages/demo-server/src/problem.ts'
import {
  type RestResponse,
  type RestExchange,
  cachingOf,
  etagOf,
  jsonResponse,
  restEndpoint,
} from './rest.ts'
import { sha256Of } from './sha256.ts'

const itemAt = (n: number): string =>
  JSON.stringify({ n, text: `Item ${n} of a document that is as long as the request wants` })

/** A JSON array of exactly `size` bytes: as many items as fit, then spaces. */
function documentOf(size: number): string {
  const items: string[] = []
  for (let length = 2; ;) {
    const item = itemAt(items.length + 1)
    length += item.length + (items.length > 0 ? 1 : 0)
    if (length > size) break
    items.push(item)
  }
  const text = `[${items.join(',')}`
  return `${text}${' '.repeat(Math.max(0, size - text.length - 1))}]`
}

function document({ params, query }: RestExchange): RestResponse {
  const body = documentOf(Number(params['bytes']))
  const tag = query.get('etag')
  const headers = {
    'Content-Type': 'application/json',
    ...cachingOf(query),
    ETag: tag === null ? etagOf(body) : `"${tag}"`,
  }
  return { status: 200, headers, body }
}

/** The upload rate is imitated by `paced-upload.ts`. */
async function upload({ request }: RestExchange): Promise<RestResponse> {
  const bytes = await request.arrayBuffer()
  const sha256 = await sha256Of(bytes)
  const contentType = request.headers.get('content-type')
  return jsonResponse({ bytes: bytes.byteLength, sha256, contentType })
}

/** The owner and the expiry of each token, in ms since 1970. */
const tokens = new Map([['good', { subject: 'demo', until: Number.POSITIVE_INFINITY }]])

function account({ request }: RestExchange): RestResponse {
  const [, token = ''] = /^Bearer (.*)$/.exec(request.headers.get('authorization') ?? '') ?? []
  const known = tokens.get(token)
  if (known === undefined || known.until < Date.now()) {
    const headers = { 'WWW-Authenticate': 'Bearer realm="demo"' }
    throw new Problem(401, 'unauthorized', 'A valid token is required', { headers })
  }
  const { subject } = known
  const caching = { 'Cache-Control': 'private, max-age=60', Vary: 'Authorization' }
  return jsonResponse({ subject, email: `${subject}@example.com`, plan: 'trial' }, caching)
}

function refresh({ query }: RestExchange): RestResponse {
  const lifetime = Number(query.get('lifetime') ?? 60_000)
  const token = crypto.randomUUID()
  tokens.set(token, { subject: query.get('subject') ?? 'demo', until: Date.now() + lifetime })
  return jsonResponse({ token, expiresIn: lifetime / 1000 }, { 'Cache-Control': 'no-store' })
}

const Expiry = z.object({ token: z.string() })

async function expire({ request }: RestExchange): Promise<RestResponse> {
  const { token } = Expiry.parse(await request.json())
  return jsonResponse({ expired: tokens.delete(token) ? 1 : 0 })
}

/** For each client: the end of its rate-limit window, and the requests that it has used. */
const windows = new Map<string, { readonly endsAt: number; used: number }>()

function limited({ query }: RestExchange): RestResponse {
  const limit = Number(query.get('limit') ?? 3)
  const client = query.get('client') ?? 'anonymous'
  const now = Date.now()
  const known = windows.get(client)
  const window =
    known !== undefined && now < known.endsAt
      ? known
      : { endsAt: now + Number(query.get('window') ?? 2_000), used: 0 }
  windows.set(client, window)
  if (window.used >= limit) {
    const headers = { 'Retry-After': `${Math.max(1, Math.ceil((window.endsAt - now) / 1000))}` }
    throw new Problem(429, 'rate-limited', `The limit is ${limit} requests`, { headers })
  }
  window.used += 1
  return jsonResponse({ limit, remaining: limit - window.used }, { 'Cache-Control': 'no-store' })
}

export const resourceEndpoints = [
  restEndpoint('get', '/documents/:bytes', document),
  restEndpoint('put', '/uploads', upload),
  restEndpoint('post', '/uploads', upload),
  restEndpoint('get', '/account', account),
  restEndpoint('post', '/session/refresh', refresh),
  restEndpoint('post', '/control/token/expire', expire),
  restEndpoint('get', '/limited', limited),
]
