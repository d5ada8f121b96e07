import { randomUUID } from 'node:crypto'

export interface TokenWish {
  /** Whom it speaks for. @default 'demo' */
  readonly subject?: string
  /** In ms. Without end, unless told. */
  readonly lifetime?: number | undefined
}

/** The tokens that open the private endpoint. */
export interface Tokens {
  issue(wish?: TokenWish): string
  accepts(token: string): boolean
  /** Whom it speaks for; undefined when it is not accepted. */
  subjectOf(token: string): string | undefined
  /** Without a name: all that were issued. Says how many there were. */
  expire(token?: string): number
  /** Called with each token that expires; returns the way to stop that. */
  onExpired(listener: (token: string) => void): () => void
  /** Leaves no timer behind. */
  close(): void
}

interface Issued {
  readonly subject: string
  readonly timer: NodeJS.Timeout | undefined
}

/** Always good, so that an example needs no preparation. */
const EVERLASTING = 'good'

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
    token === EVERLASTING ? SUBJECT : issued.get(token)?.subject

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
