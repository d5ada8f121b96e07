import { randomUUID } from 'node:crypto'

export interface TokenOptions {
  /** The user of the token. @default 'demo' */
  readonly subject?: string
  /** In ms. Without it the token does not expire. */
  readonly lifetime?: number | undefined
}

/** The access tokens of the server. */
export interface Tokens {
  issue(options?: TokenOptions): string
  accepts(token: string): boolean
  /** The user of the token; undefined when the token is not accepted. */
  subjectOf(token: string): string | undefined
  /** Expires a token, or all issued tokens. Returns their number. */
  expire(token?: string): number
  /** Subscribes to tokens that expire. Returns a function that unsubscribes. */
  onExpired(listener: (token: string) => void): () => void
  /** Stops all timers. */
  close(): void
}

interface Issued {
  readonly subject: string
  readonly timer: NodeJS.Timeout | undefined
}

/** A token that is always valid, for examples. */
const ALWAYS_VALID = 'good'

const SUBJECT = 'demo'

const MAX_TOKENS = 1_000

export function createTokens(): Tokens {
  const issued = new Map<string, Issued>()
  const listeners = new Set<(token: string) => void>()

  function expire(token: string): number {
    clearTimeout(issued.get(token)?.timer)
    if (!issued.delete(token)) return 0
    for (const listener of listeners) listener(token)
    return 1
  }

  const subjectOf = (token: string): string | undefined =>
    token === ALWAYS_VALID ? SUBJECT : issued.get(token)?.subject

  return {
    issue({ subject = SUBJECT, lifetime } = {}) {
      const [oldest] = issued.keys()
      if (oldest !== undefined && issued.size >= MAX_TOKENS) expire(oldest)
      const token = randomUUID()
      const timer = lifetime === undefined ? undefined : setTimeout(() => expire(token), lifetime)
      issued.set(token, { subject, timer })
      return token
    },
    accepts: (token) => subjectOf(token) !== undefined,
    subjectOf,
    expire(token) {
      if (token !== undefined) return expire(token)
      return [...issued.keys()].map(expire).length
    },
    onExpired(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close() {
      for (const { timer } of issued.values()) clearTimeout(timer)
      issued.clear()
    },
  }
}
