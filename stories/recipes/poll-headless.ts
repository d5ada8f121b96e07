import { createLongPoll, fromHeader, query } from '@tautline/core/long-poll'

declare function apply(config: unknown): Promise<void>

/**
 * For a worker or Node. The loop starts the requests and gets every value in order. When the loop
 * ends, the requests stop.
 */
export async function follow(consul: string, signal: AbortSignal): Promise<void> {
  const config = createLongPoll(`${consul}/v1/kv/config?wait=60s&raw`, {
    cursor: query('index', fromHeader('X-Consul-Index')),
    retry: { limit: 100 },
  })
  signal.addEventListener('abort', () => config.close())
  for await (const value of config) await apply(value)
}
