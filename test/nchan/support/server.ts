import { afterAll, beforeAll, onTestFinished, vi } from 'vitest'
import { type Nginx, startNginx } from './nginx.ts'
import { type Cut, type Relay, startRelay } from './relay.ts'

/** Starts one nginx for a test file. */
export function useNginx(): {
  readonly now: Nginx
  relay(cutFor?: (request: number) => Cut | undefined): Promise<Relay>
} {
  let nginx: Nginx | undefined
  const now = (): Nginx => {
    if (!nginx) throw new Error('The server runs only while tests do')
    return nginx
  }
  beforeAll(async () => {
    nginx = await startNginx()
  })
  afterAll(() => nginx?.stop())
  return {
    get now() {
      return now()
    },
    /** Starts a relay in front of the server for one test. */
    async relay(cutFor) {
      const relay = await startRelay(now().socket, cutFor)
      onTestFinished(() => relay.close())
      return relay
    },
  }
}

let channels = 0

/** Returns a channel that no other test of the file uses. */
export const newChannel = (): string => `channel${(channels += 1)}`

/** Waits until the assertion passes. The timeout is long, because a machine may be busy. */
export const until = (isSo: () => void | Promise<void>) => vi.waitFor(isSo, { timeout: 20_000, interval: 10 })
