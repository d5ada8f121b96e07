/** What a card makes of the messages. */
export interface Audit {
  /** The newest first. */
  readonly latest: readonly string[]
  readonly count: number
  readonly gaps: number
  readonly doubles: number
}

const nothingYet: Audit = { latest: [], count: 0, gaps: 0, doubles: 0 }

const SHOWN = 3

/** A message begins with its number, which the page has given it. */
export const numberOf = (message: string): number => Number.parseInt(message, 10)

function reduce(before: Audit, message: string): Audit {
  const { latest, count, gaps, doubles } = before
  const number = numberOf(message)
  const expected = count + gaps - doubles + 1
  return {
    latest: [message, ...latest.slice(0, SHOWN - 1)],
    count: count + 1,
    gaps: gaps + Math.max(0, number - expected),
    doubles: doubles + (number < expected ? 1 : 0),
  }
}

/** `reduce` and `initialData`: counts gaps and doubles. */
export const audit = { reduce, initialData: nothingYet }

const plural = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`

/** @param lost how many answers broke off */
export const verdictOf = ({ count, gaps, doubles }: Audit, lost: number): string =>
  [
    plural(count, 'message'),
    plural(gaps, 'gap'),
    plural(doubles, 'double'),
    `${plural(lost, 'answer')} lost`,
  ].join(', ')
