import { json, jsonFrames, resumable } from '@tautline/core'

export const URL_OF_LOG = 'wss://log.example/live'

/** Returns new objects, as an inline option does in each render. */
export const optionsOf = (isResumed: boolean) => ({
  codec: isResumed ? item : wholeFrame,
  resume: isResumed
    ? resumable({
        frames: jsonFrames({ id: 'n', data: 'text' }),
        query: 'after',
        isNext: (id, before) => Number(id) === Number(before) + 1,
      })
    : undefined,
  retry: { delay: () => 500 },
})

const item = json<string>()

/** Without `resume` the codec gets the message as it was sent. */
const wholeFrame = {
  ...json<string>(),
  decode: (raw: unknown) => (JSON.parse(String(raw)) as { readonly text: string }).text,
}

/** What one panel shows. */
export interface Reading {
  readonly latest: readonly string[]
  readonly count: number
  readonly missing: number
  readonly repeated: number
  readonly last: number
}

export const initialReading: Reading = { latest: [], count: 0, missing: 0, repeated: 0, last: 0 }

const MAX_SHOWN = 6

/** Adds a message, and counts those that are missing before it or have arrived before. */
export function read(reading: Reading, text: string): Reading {
  const n = Number(text.split(' ')[1])
  const { last, latest } = reading
  return {
    latest: [text, ...latest.slice(0, MAX_SHOWN - 1)],
    count: reading.count + 1,
    missing: reading.missing + (last > 0 ? Math.max(0, n - last - 1) : 0),
    repeated: reading.repeated + (n <= last ? 1 : 0),
    last: Math.max(last, n),
  }
}
