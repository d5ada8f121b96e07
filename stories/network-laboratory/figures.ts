import type { Reading } from './messages.ts'

export interface ReaderFigure {
  readonly name: string
  readonly value: string
  readonly tone: 'good' | 'bad' | undefined
}

/** The figures of a panel. @param lost how many messages were reported as lost */
export function figuresOf(reading: Reading, lost: number, startedAt: number): readonly ReaderFigure[] {
  const { count, missing, doubled, firstAt } = reading
  // A gap is reported before the message behind it arrives.
  const unreported = Math.max(0, missing - lost)
  const tone = (value: number) => (value > 0 ? 'bad' : 'good')
  return [
    { name: 'Messages', value: count.toLocaleString('en'), tone: undefined },
    { name: 'Missing', value: `${unreported}`, tone: tone(unreported) },
    { name: 'Doubled', value: `${doubled}`, tone: tone(doubled) },
    { name: 'Lost (gap)', value: `${lost}`, tone: undefined },
    {
      name: 'First message',
      value: firstAt === undefined ? '–' : `${Math.round(firstAt - startedAt).toLocaleString('en')} ms`,
      tone: undefined,
    },
  ]
}
