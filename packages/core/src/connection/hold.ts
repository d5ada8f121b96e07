import type { Subscriber } from './protocol.ts'

/** Holds a body back while all its subscribers are slow `for await` loops. */
export interface Hold {
  /**
   * Returns `nextTurn`, or a promise that also waits for the loops. An abort of the signal ends the wait.
   *
   * @param onEnd called after the wait: silence counts from then
   */
  after(
    nextTurn: Promise<void> | undefined,
    signal: AbortSignal,
    onEnd?: () => void,
  ): Promise<void> | undefined
  /** Whether a body is held back: silence then says nothing about its server. */
  isHeld(): boolean
  /** Called when the subscribers may have changed. */
  recheck(): void
}

/** Creates the hold of one connection. */
export function createHold(connection: {
  readonly subscriberList: { readonly subscribers: ReadonlySet<Pick<Subscriber<never, never>, 'hold'>> }
}): Hold {
  let isHeld = false
  let resume = () => {}
  const recheck = () => resume()
  /** Returns the holds of all subscribers, or none if one of them has none. */
  const findHolds = (): Promise<void>[] => {
    const holds: Promise<void>[] = []
    for (const subscriber of connection.subscriberList.subscribers) {
      const hold = subscriber.hold()
      if (!hold) return []
      holds.push(hold)
    }
    return holds
  }
  const wait = async (nextTurn: Promise<void> | undefined, signal: AbortSignal, onEnd?: () => void) => {
    await nextTurn
    signal.addEventListener('abort', recheck)
    for (let holds = findHolds(); holds.length > 0 && !signal.aborted; holds = findHolds()) {
      isHeld = true
      await Promise.race([...holds, new Promise<void>((resolve) => (resume = resolve))])
    }
    onEnd?.()
    isHeld = false
  }
  return {
    after: (nextTurn, signal, onEnd) => (findHolds().length > 0 ? wait(nextTurn, signal, onEnd) : nextTurn),
    isHeld: () => isHeld,
    recheck,
  }
}
