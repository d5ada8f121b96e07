import { json } from '@tautline/core'
import { demoRetry } from '../server/demo-retry.ts'

/** A message of a log. The server numbers them from 1, without gaps. */
export interface Item {
  readonly seq: number
}

/** What one panel has received. */
export interface Reading {
  readonly count: number
  readonly last: number
  readonly missing: number
  readonly doubled: number
  /** When the first message arrived, as `performance.now()`. */
  readonly firstAt: number | undefined
}

const initialReading: Reading = { count: 0, last: 0, missing: 0, doubled: 0, firstAt: undefined }

/** Counts a message, those that are missing before it, and those that have arrived before. */
function read({ count, last, missing, doubled, firstAt }: Reading, { seq }: Item): Reading {
  return {
    count: count + 1,
    last: Math.max(last, seq),
    missing: missing + Math.max(0, seq - last - 1),
    doubled: doubled + (seq <= last ? 1 : 0),
    firstAt: firstAt ?? performance.now(),
  }
}

/** Shorter times than the defaults, so that there is less to wait for in a demonstration. */
export const connectionOptions = {
  codec: json<Item>(),
  reduce: read,
  initialData: initialReading,
  upgrade: { after: 3_000, cap: 10_000 },
  retry: demoRetry,
  remember: false,
  closeDelay: 0,
} as const
