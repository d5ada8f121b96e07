import { json, query } from '@tautline/core'
import type { Meter, Reading } from './meter.ts'

/** One of those who read the log. */
export interface Reader {
  readonly key: string
  readonly name: string
  readonly framework: 'React' | 'Vue'
  /** From one request to the next, in ms; undefined: the server holds each request. */
  readonly interval: number | undefined
}

/** A fifth of a second and a quarter of a minute alike. */
export const inSeconds = (ms: number): string => `${Number((ms / 1000).toFixed(2))} s`

const short = (key: string, framework: Reader['framework'], interval: number): Reader => ({
  key,
  name: `Short poll, ${inSeconds(interval)}`,
  framework,
  interval,
})

/** `haste`: how many times as often the short polls ask. */
export const readersFor = (haste: number): readonly Reader[] => [
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
  short('short-often', 'React', 1_000 / haste),
  short('short-seldom', 'Vue', 5_000 / haste),
]

/** What a message of the log says. */
export interface Note {
  readonly seq: number
  /** When the page sent it off, in ms since 1970. */
  readonly at: number
  readonly text: string
}

/** The time travels in the text: the server need not know of it. */
export const write = ({ seq, at, text }: Note): string => `${at} ${seq} ${text}`

function readNote(written: string): Note {
  const [at = '', seq = '', ...words] = written.split(' ')
  return { at: Number(at), seq: Number(seq), text: words.join(' ') }
}

/** An answer of `/sync`, as far as this page reads it. */
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
  rooms.join['!log:demo'].timeline.events.map(({ content }) => readNote(content.body))

/** What a panel shows of the messages. */
export interface Notes {
  /** The newest first. */
  readonly latest: readonly Note[]
  /** How many did not follow the one before. */
  readonly astray: number
}

const noNotes: Notes = { latest: [], astray: 0 }

const SHOWN = 4

function reduce({ latest, astray }: Notes, note: Note): Notes {
  const follows = note.seq === (latest[0]?.seq ?? 0) + 1
  return { latest: [note, ...latest.slice(0, SHOWN - 1)], astray: astray + (follows ? 0 : 1) }
}

/** Long or short: `interval` is the whole difference. */
export const optionsOf = ({ interval }: Reader, meter: Meter, hidden: boolean) => ({
  codec,
  cursor,
  messages,
  reduce,
  initialData: noNotes,
  // From the beginning of the log, which is this page's own.
  initialCursor: 's0_demo',
  interval,
  pause: { hidden },
  environment: { fetch: meter.fetch },
  onMessage: ({ at }: Note) => meter.arrived(at),
})

/** What stands beside the name of a panel. */
export const detailOf = ({ name, framework }: Reader, cursor = '–'): string =>
  `${name.includes(framework) ? '' : `${framework}, `}cursor ${cursor}`

/** How long the server may hold a request, in ms. */
const HOLD = 25_000

export const targetOf = ({ key, interval }: Reader, log: string): string =>
  `/poll/matrix/sync?log=${log}&client=${log}-${key}&timeout=${interval === undefined ? HOLD : 0}`

/** A delay of 3 ms and one of 2.4 s, each as it is best read. */
export function delayText(ms: number | undefined): string {
  if (ms === undefined) return '–'
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`
}

export const perMessage = ({ requests, messages }: Reading): number | undefined =>
  messages === 0 ? undefined : requests / messages

export const ratioText = (ratio: number | undefined): string =>
  ratio === undefined ? '–' : ratio < 10 ? ratio.toFixed(2) : `${Math.round(ratio)}`

export const bytesText = (bytes: number): string =>
  bytes < 1_000 ? `${bytes} B` : `${(bytes / 1_000).toFixed(1)} kB`
