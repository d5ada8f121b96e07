import { onTestFinished } from 'vitest'
import { type Environment, browserEnvironment } from '@tautline/core'
import {
  type LongPollClient,
  type LongPollOptions,
  createLongPoll,
  validators,
} from '@tautline/core/long-poll'
import { type Recorded, record } from '../../server/support/recorded.ts'

type Options = Pick<LongPollOptions<string>, 'interval' | 'initialCursor' | 'retry'>

/** A client with a record of everything that it has emitted. */
export type Poll = Recorded<string, LongPollClient<string, string | undefined>>

/** Retries at once and has no close delay, so that a test neither waits nor leaves a connection open. */
export const brisk = { retry: { delay: () => 5 }, closeDelay: 0 } as const

/** An environment whose relative URLs resolve against this URL. */
export const at = (baseUrl: string): Partial<Environment> => ({ ...browserEnvironment(), baseUrl })

/** Follows a channel as a page would, until the test ends. */
export function follow(base: string, path: string, options: Options = {}): Poll {
  const client = createLongPoll<string>(path, {
    ...brisk,
    cursor: validators(),
    environment: at(base),
    ...options,
  })
  const poll = record<string, Poll['client']>(client)
  onTestFinished(() => client.close())
  client.open()
  return poll
}

/** The statuses of failures and ends. */
export const troubles = ({ statuses }: Pick<Poll, 'statuses'>) =>
  statuses.filter((status) => status !== 'connecting' && status !== 'open')
