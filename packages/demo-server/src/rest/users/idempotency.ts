import { createHash } from 'node:crypto'
import { type HttpRequest } from '../../http.ts'
import { Problem } from '../../problem.ts'
import { type WholeAnswer } from '../../whole-answer.ts'

/** What has been done under a name that the client chose (draft-ietf-httpapi-idempotency-key-header). */
export interface IdempotencyKeys {
  /**
   * Does it, or gives the answer of the first time. What was refused is not remembered: nothing has been done.
   * @throws Problem 422 when the key has come with another body.
   */
  once(key: string | undefined, body: Buffer, act: () => WholeAnswer): WholeAnswer
  forget(): void
}

interface Done {
  readonly fingerprint: string
  readonly answer: WholeAnswer
}

/** Keys come from clients, who must not be able to fill the memory: the oldest one is forgotten. */
const MAX_KEYS = 1_000
const MAX_KEY = 255

/** The draft wants a string of structured fields, in quotes; most clients send it bare. @throws Problem */
export function readIdempotencyKey({ headers }: HttpRequest): string | undefined {
  const header = headers['idempotency-key']
  if (header === undefined) return undefined
  const key = String(header).replace(/^"(.*)"$/, '$1')
  if (key.length > 0 && key.length <= MAX_KEY) return key
  throw new Problem(400, 'bad-input', `A key has 1 to ${MAX_KEY} characters`, 'Idempotency-Key')
}

const fingerprintOf = (body: Buffer): string => createHash('sha256').update(body).digest('base64')

export function createIdempotencyKeys(): IdempotencyKeys {
  const done = new Map<string, Done>()

  return {
    once(key, body, act) {
      if (key === undefined) return act()
      const fingerprint = fingerprintOf(body)
      const before = done.get(key)
      if (before?.fingerprint === fingerprint) return before.answer
      if (before !== undefined) {
        throw new Problem(422, 'key-reused', 'This key has come with another body', 'Idempotency-Key')
      }
      const answer = act()
      const [oldest] = done.keys()
      if (oldest !== undefined && done.size >= MAX_KEYS) done.delete(oldest)
      done.set(key, { fingerprint, answer })
      return answer
    },
    forget: () => done.clear(),
  }
}
