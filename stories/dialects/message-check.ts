import { plural } from '../ui/plural.ts'

/** The messages of a card, checked for gaps and duplicates by their numbers. */
export interface MessageCheck {
  /** The newest first. */
  readonly latest: readonly string[]
  readonly count: number
  readonly gaps: number
  readonly duplicates: number
}

const initialCheck: MessageCheck = { latest: [], count: 0, gaps: 0, duplicates: 0 }

const MAX_SHOWN = 3

/** The number at the beginning of a message, which the page added when it published the message. */
export const numberOf = (message: string): number => Number.parseInt(message, 10)

function reduce(before: MessageCheck, message: string): MessageCheck {
  const { latest, count, gaps, duplicates } = before
  const number = numberOf(message)
  const expected = count + gaps - duplicates + 1
  return {
    latest: [message, ...latest.slice(0, MAX_SHOWN - 1)],
    count: count + 1,
    gaps: gaps + Math.max(0, number - expected),
    duplicates: duplicates + (number < expected ? 1 : 0),
  }
}

/** The options `reduce` and `initialData` of every card. */
export const messageCheck = { reduce, initialData: initialCheck }

/** The counts as text. @param cut number of responses that broke off */
export const countsText = ({ count, gaps, duplicates }: MessageCheck, cut: number): string =>
  [
    plural(count, 'message'),
    plural(gaps, 'gap'),
    plural(duplicates, 'duplicate'),
    `${plural(cut, 'response')} cut`,
  ].join(', ')
