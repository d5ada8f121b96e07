import { Problem } from '../../packages/demo-server/src/problem.ts'
import { type RestAnswer, type RestExchange, cachingOf, etagOf, jsonAnswer, restEndpoint } from './rest.ts'

const itemAt = (n: number): string =>
  JSON.stringify({ n, text: `Item ${n} of a document that is as long as somebody wants it` })

/** A JSON array of exactly so many bytes: as many items as there is room for, then blanks. */
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

function document({ params, query }: RestExchange): RestAnswer {
  const body = documentOf(Number(params['bytes']))
  const tag = query.get('etag')
  const headers = {
    'Content-Type': 'application/json',
    ...cachingOf(query),
    ETag: tag === null ? etagOf(body) : `"${tag}"`,
  }
  return { status: 200, headers, body }
}

/** How slowly it is read, `paced-upload.ts` knows. */
async function upload({ request }: RestExchange): Promise<RestAnswer> {
  const bytes = await request.arrayBuffer()
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const contentType = request.headers.get('content-type')
  return jsonAnswer({ bytes: bytes.byteLength, sha256, contentType })
}

/** Whose they are, and until when, in ms since 1970. */
const tokens = new Map([['good', { subject: 'demo', until: Number.POSITIVE_INFINITY }]])

function account({ request }: RestExchange): RestAnswer {
  const [, token = ''] = /^Bearer (.*)$/.exec(request.headers.get('authorization') ?? '') ?? []
  const known = tokens.get(token)
  if (known === undefined || known.until < Date.now()) {
    const headers = { 'WWW-Authenticate': 'Bearer realm="demo"' }
    throw new Problem(401, 'unauthorized', 'A good token is wanted', { headers })
  }
  const { subject } = known
  const caching = { 'Cache-Control': 'private, max-age=60', Vary: 'Authorization' }
  return jsonAnswer({ subject, email: `${subject}@example.com`, plan: 'trial' }, caching)
}

function refresh({ query }: RestExchange): RestAnswer {
  const lifetime = Number(query.get('lifetime') ?? 60_000)
  const token = crypto.randomUUID()
  tokens.set(token, { subject: query.get('subject') ?? 'demo', until: Date.now() + lifetime })
  return jsonAnswer({ token, expiresIn: lifetime / 1000 }, { 'Cache-Control': 'no-store' })
}

/** When the window of a client ends, and how often it was let in. */
const windows = new Map<string, { readonly endsAt: number; used: number }>()

function limited({ query }: RestExchange): RestAnswer {
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
    throw new Problem(429, 'rate-limited', `${limit} requests are enough`, { headers })
  }
  window.used += 1
  return jsonAnswer({ limit, remaining: limit - window.used }, { 'Cache-Control': 'no-store' })
}

export const resourceEndpoints = [
  restEndpoint('get', '/documents/:bytes', document),
  restEndpoint('put', '/uploads', upload),
  restEndpoint('post', '/uploads', upload),
  restEndpoint('get', '/account', account),
  restEndpoint('post', '/session/refresh', refresh),
  restEndpoint('get', '/limited', limited),
]
