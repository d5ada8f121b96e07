import { createBoundedMap } from '../bounded-map.ts'
import { Problem } from '../problem.ts'
import { jsonResponse } from '../whole-response.ts'
import { type RestEndpoint } from './rest-endpoint.ts'

interface Window {
  /** In ms since 1970. */
  endsAt: number
  used: number
}

const MAX_CLIENTS = 1_000

/** Rounds up, so that a client that retries at this time is not refused again. */
function retryAfter(endsAt: number, now: number, asDate: boolean): string {
  if (asDate) return new Date(Math.ceil(endsAt / 1_000) * 1_000).toUTCString()
  return String(Math.max(1, Math.ceil((endsAt - now) / 1_000)))
}

/** Allows a number of requests in a time window, which begins with the first of them: `?limit=3&window=2000&client=x`. */
export function createLimited(): RestEndpoint {
  const windows = createBoundedMap<Window>({
    limit: MAX_CLIENTS,
    create: () => ({ endsAt: 0, used: 0 }),
    inUse: () => false,
  })

  return {
    path: '/limited',
    methods: ['GET'],
    handle({ parameters }) {
      const limit = parameters.integer('limit', { min: 0, max: 1_000_000 }, 3)
      const length = parameters.integer('window', { min: 1, max: 3_600_000 }, 2_000)
      const asDate = parameters.flag('date', false)
      const window = windows.of(parameters.text('client', { min: 1, max: 100 }, 'anonymous'))
      const now = Date.now()
      if (now >= window.endsAt) Object.assign(window, { endsAt: now + length, used: 0 })
      if (window.used >= limit) {
        const headers = { 'Retry-After': retryAfter(window.endsAt, now, asDate) }
        throw new Problem(429, 'rate-limited', `Only ${limit} requests in ${length} ms are allowed`, {
          headers,
        })
      }
      window.used += 1
      return jsonResponse({ limit, remaining: limit - window.used }, { 'Cache-Control': 'no-store' })
    },
  }
}
