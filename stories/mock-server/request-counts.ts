import { HttpResponse, http } from 'msw'
import { MOCK_URL } from '../server/story-server.ts'

interface Counts {
  readonly method: string
  readonly path: string
  requests: number
  conditional: number
  notModified: number
  aborted: number
  inFlight: number
}

type Counter = Exclude<keyof Counts, 'method' | 'path'>

const counters: readonly Counter[] = ['requests', 'conditional', 'notModified', 'aborted', 'inFlight']
const all = new Map<string, Counts>()

function countsOf(method: string, path: string): Counts {
  const name = `${method} ${path}`
  const existing = all.get(name)
  if (existing !== undefined) return existing
  const counts = { method, path, requests: 0, conditional: 0, notModified: 0, aborted: 0, inFlight: 0 }
  all.set(name, counts)
  return counts
}

/** Counts a request and its response as the demo server does. */
export async function countRequest<Reply extends { readonly status: number }>(
  { method, headers, signal }: Request,
  { pathname }: URL,
  respond: () => Promise<Reply>,
): Promise<Reply> {
  const counts = countsOf(method, pathname)
  counts.requests += 1
  counts.inFlight += 1
  if (headers.has('if-none-match') || headers.has('if-match')) counts.conditional += 1
  const response = await respond()
  counts.inFlight -= 1
  if (response.status === 304) counts.notModified += 1
  if (signal.aborted) counts.aborted += 1
  return response
}

const at = `${MOCK_URL}/control/requests`

export const requestCounts = [
  http.get(at, ({ request }) => {
    const match = new URL(request.url).searchParams.get('match') ?? ''
    const paths = [...all.values()].filter(({ path }) => path.startsWith(match))
    const sums = counters.map((name) => [name, paths.reduce((sum, counts) => sum + counts[name], 0)])
    return HttpResponse.json({ total: Object.fromEntries(sums), paths })
  }),
  http.delete(at, () => {
    const forgotten = [...all.values()].reduce((sum, { requests }) => sum + requests, 0)
    all.clear()
    return HttpResponse.json({ forgotten })
  }),
]
