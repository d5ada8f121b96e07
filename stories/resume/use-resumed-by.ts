import { type Observer } from '@tautline/core'
import { useEffect, useState } from 'react'
import { z } from 'zod'
import { useServer } from '../server/server-context.ts'

const State = z.object({
  endpoints: z.object({
    news: z.object({ streams: z.record(z.string(), z.object({ via: z.string().optional() })) }),
  }),
})

/** How the server was told where to go on, by its own account; asked whenever the line opens. */
export function useResumedBy(client: Pick<Observer<never, unknown>, 'on'>, stream: string): string {
  const server = useServer()
  const [via, setVia] = useState('–')
  useEffect(() => {
    let current = true
    const ask = async (): Promise<void> => {
      const answer = await server.control('GET', 'state').catch(() => undefined)
      const told = State.safeParse(answer).data?.endpoints.news.streams[stream]?.via
      if (current && told !== undefined) setVia(told)
    }
    const stop = client.on('open', () => void ask())
    return () => {
      current = false
      stop()
    }
  }, [client, server, stream])
  return via
}
