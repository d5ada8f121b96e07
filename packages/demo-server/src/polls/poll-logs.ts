import { createBoundedMap } from '../bounded-map.ts'
import { fieldsOf, type Fields } from '../input.ts'
import { createPollLog, KEPT_MESSAGES, MAX_TEXT, type PollLog } from './poll-log.ts'

/** What became of a publication. */
export interface Published {
  readonly log: string
  /** The numbers of the first and the last of the new messages. */
  readonly first: number
  readonly last: number
}

export interface PollLogView {
  /** The number of the latest message. */
  readonly published: number
  /** How many of the latest are still there to be read. */
  readonly kept: number
  /** How many held requests wait for more. */
  readonly waiting: number
}

/** The logs by their names. A log is there as soon as somebody reads it or writes to it. */
export interface PollLogs {
  of(name: string): PollLog
  /** One message, or several of which no reader sees only a part. @throws Problem */
  publish(name: string, texts: string | readonly string[]): Published
  views(): Readonly<Record<string, PollLogView>>
}

/** Of a log, a bot or a client. */
const NAME = { min: 1, max: 100 }

/** @throws Problem */
export const readLogName = (fields: Fields, field = 'log'): string => fields.text(field, NAME, 'log')

function readTexts(texts: unknown): readonly string[] {
  const fields = fieldsOf({ text: texts })
  const length = { min: 1, max: MAX_TEXT }
  return Array.isArray(texts)
    ? fields.texts('text', { min: 1, max: KEPT_MESSAGES }, length)
    : [fields.text('text', length)]
}

export function createPollLogs(): PollLogs {
  const logs = createBoundedMap<PollLog>({
    limit: 200,
    create: createPollLog,
    inUse: ({ waiting }) => waiting > 0,
  })

  return {
    of: logs.of,
    publish(name, given) {
      const texts = readTexts(given)
      const log = readLogName(fieldsOf({ log: name }))
      const last = logs.of(log).publish(texts)
      return { log, first: last - texts.length + 1, last }
    },
    views: () =>
      Object.fromEntries(
        logs
          .entries()
          .map(([name, { published, kept, waiting }]) => [name, { published, kept: kept.length, waiting }]),
      ),
  }
}
