import { z } from 'zod'
import { useControlState } from '../server/use-control-state.ts'

const State = z.object({
  endpoints: z.object({
    news: z.object({ streams: z.record(z.string(), z.object({ via: z.string().optional() })) }),
  }),
})

/** How the server received the last event ID of a stream. Updated once a second and when `status` changes. */
export function useResumedBy(stream: string, status: string): string {
  const state = useControlState('state', State, 1_000, status)
  return state?.endpoints.news.streams[stream]?.via ?? '–'
}
