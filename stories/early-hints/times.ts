import { z } from 'zod'

/** What the opened page reports, in ms since its navigation began. */
const times = z.object({
  type: z.literal('early-hints'),
  /** When the script of the page began to run. */
  scriptAt: z.number(),
  /** When the script had the data. */
  shownAt: z.number(),
  request: z.object({
    /** Whether the response was requested because of the early hint. */
    hinted: z.boolean(),
  }),
})

export type PageTimes = z.infer<typeof times>

/** Reads the message of an opened page. Other messages are undefined. */
export const readTimes = (data: unknown): PageTimes | undefined => times.safeParse(data).data
