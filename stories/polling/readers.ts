import { json, query } from '@tautline/core'
import type { Meter, Reading } from './meter.ts'

/** One client of the log. */
export interface Reader {
  readonly key: string
  readonly name: string
  readonly framework: 'React' | 'Vue'
  /** The time from one request to the next, in ms; undefined: a long poll. */
  readonly interval: number | undefined
}

/** Formats a time in seconds. */
export const inSeconds = (ms: number): string => `${Number((ms / 1000).toFixed(2))} s`

const short = (key: string, framework: Reader['framework'], interval: number): Reader => ({
  key,
  name: `Short poll, ${inSeconds(interval)}`,
  framework,
  interval,
})

/** @param speed divides the intervals of the short polls */
export const readersFor = (speed: number): readonly Reader[] => [
  {
    key: 'long-react',
    name: 'Long poll, React',
    framework: 'React',
    interval: undefined,
  },
  {
    key: 'long-vue',
    name: 'Long poll, Vue',
    framework: 'Vue',
    interval: undefined,
  },
  short('short-often', 'React', 1_000 / speed),
  short('short-seldom', 'Vue', 5_000 / speed),
]

/** A message of the log. */
export interface Note {
  readonly seq: number
  /** When the page published it, in ms since 1970. */
  readonly at: number
  readonly text: string
}

/** The text of a message. It contains the time, because the server stores only texts. */
export const encodeNote = ({ seq, at, text }: Note): string => `${at} ${seq} ${text}`

function decodeNote(encoded: string): Note {
  const [at = '', seq = '', ...words] = encoded.split(' ')
  return { at: Number(at), seq: Number(seq), text: words.join(' ') }
}

/** A response of `/sync`: the fields that this page reads. */
interface Sync {
  readonly next_batch: string
  readonly rooms: {
    readonly join: {
      readonly '!log:demo': {
        readonly timeline: { readonly events: readonly { readonly content: { readonly body: string } }[] }
      }
    }
  }
}

const codec = json<Sync>()
const cursor = query<Sync>('since', (body) => body.next_batch)
const messages = ({ rooms }: Sync): readonly Note[] =>
  rooms.join['!log:demo'].timeline.events.map(({ content }) => decodeNote(content.body))

/** The messages in a panel. */
export interface Notes {
  /** The newest first. */
  readonly latest: readonly Note[]
  /** Number of messages that did not have the next number. */
  readonly outOfOrder: number
}

const initialNotes: Notes = { latest: [], outOfOrder: 0 }

const MAX_SHOWN = 4

function reduce({ latest, outOfOrder }: Notes, note: Note): Notes {
  const follows = note.seq === (latest[0]?.seq ?? 0) + 1
  return { latest: [note, ...latest.slice(0, MAX_SHOWN - 1)], outOfOrder: outOfOrder + (follows ? 0 : 1) }
}

/** The options of a reader. A short poll differs from a long poll only in `interval`. */
export const optionsOf = ({ interval }: Reader, meter: Meter, pauseHidden: boolean) => ({
  codec,
  cursor,
  messages,
  reduce,
  initialData: initialNotes,
  // From the beginning of the log.
  initialCursor: 's0_demo',
  interval,
  pause: { hidden: pauseHidden },
  environment: { fetch: meter.fetch },
  onMessage: ({ at }: Note) => meter.messageArrived(at),
})

/** The text beside the name of a panel. */
export const detailOf = ({ name, framework }: Reader, cursor = '–'): string =>
  `${name.includes(framework) ? '' : `${framework}, `}cursor ${cursor}`

/** How long the server may hold a request, in ms. */
const HOLD_MS = 25_000

export const targetOf = ({ key, interval }: Reader, log: string): string =>
  `/poll/matrix/sync?log=${log}&client=${log}-${key}&timeout=${interval === undefined ? HOLD_MS : 0}`

/** Formats a delay in ms or s. */
export function delayText(ms: number | undefined): string {
  if (ms === undefined) return '–'
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`
}

export const perMessage = ({ requests, messages }: Reading): number | undefined =>
  messages === 0 ? undefined : requests / messages

export const ratioText = (ratio: number | undefined): string =>
  ratio === undefined ? '–' : ratio < 10 ? ratio.toFixed(2) : `${Math.round(ratio)}`
