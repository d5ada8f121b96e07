import { createBoundedMap } from '../bounded-map.ts'
import { fieldsOf, type Fields } from '../input.ts'
import { createPollLog, MAX_STORED_MESSAGES, MAX_TEXT, type PollLog } from './poll-log.ts'

/** The result of a publication. */
export interface Published {
  readonly log: string
  /** The numbers of the first and the last of the new messages. */
  readonly first: number
  readonly last: number
}

export interface PollLogView {
  /** The number of the latest message. */
  readonly published: number
  /** The number of messages that are still stored. */
  readonly stored: number
  /** The number of held requests. */
  readonly waiting: number
}

/** The logs by name. A log is created when it is first read or written. */
export interface PollLogs {
  of(name: string): PollLog
  /** Publishes one message, or several at once: every reader sees all of them or none. @throws Problem */
  publish(name: string, texts: string | readonly string[]): Published
  views(): Readonly<Record<string, PollLogView>>
}

/** The length of the name of a log, a bot or a client. */
const NAME = { min: 1, max: 100 }

/** @throws Problem */
export const readLogName = (fields: Fields, field = 'log'): string => fields.text(field, NAME, 'log')

function readTexts(texts: unknown): readonly string[] {
  const fields = fieldsOf({ text: texts })
  const length = { min: 1, max: MAX_TEXT }
  return Array.isArray(texts)
    ? fields.texts('text', { min: 1, max: MAX_STORED_MESSAGES }, length)
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
          .map(([name, { published, stored, waiting }]) => [
            name,
            { published, stored: stored.length, waiting },
          ]),
      ),
  }
}
