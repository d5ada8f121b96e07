import { createHash } from 'node:crypto'
import { type HttpRequest } from '../../http.ts'
import { Problem } from '../../problem.ts'
import { type WholeResponse } from '../../whole-response.ts'

/** Stores responses by the idempotency key of the client (draft-ietf-httpapi-idempotency-key-header). */
export interface IdempotencyKeys {
  /**
   * Runs `act` for a new key, or returns the stored response. A response is not stored when `act` throws.
   * @throws Problem 422 when the key was used with another body.
   */
  once(key: string | undefined, body: Buffer, act: () => WholeResponse): WholeResponse
  forget(): void
}

interface StoredResponse {
  readonly fingerprint: string
  readonly response: WholeResponse
}

/** Clients choose the keys, and must not be able to fill the memory. Above this limit the oldest key is forgotten. */
const MAX_KEYS = 1_000
const MAX_KEY = 255

/** Reads the key. The draft requires quotes, but most clients omit them. @throws Problem */
export function readIdempotencyKey({ headers }: HttpRequest): string | undefined {
  const header = headers['idempotency-key']
  if (header === undefined) return undefined
  const key = String(header).replace(/^"(.*)"$/, '$1')
  if (key.length > 0 && key.length <= MAX_KEY) return key
  throw new Problem(400, 'bad-input', `The key must have 1 to ${MAX_KEY} characters`, 'Idempotency-Key')
}

const fingerprintOf = (body: Buffer): string => createHash('sha256').update(body).digest('base64')

export function createIdempotencyKeys(): IdempotencyKeys {
  const stored = new Map<string, StoredResponse>()

  return {
    once(key, body, act) {
      if (key === undefined) return act()
      const fingerprint = fingerprintOf(body)
      const before = stored.get(key)
      if (before?.fingerprint === fingerprint) return before.response
      if (before !== undefined) {
        throw new Problem(
          422,
          'key-reused',
          'This key was used with another body. Use a new key for each request',
          'Idempotency-Key',
        )
      }
      const response = act()
      const [oldest] = stored.keys()
      if (oldest !== undefined && stored.size >= MAX_KEYS) stored.delete(oldest)
      stored.set(key, { fingerprint, response })
      return response
    },
    forget: () => stored.clear(),
  }
}
