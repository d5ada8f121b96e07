import { expect, onTestFinished } from 'vitest'
import { type Json, type LongPollClient, type LongPollOptions, createLongPoll } from '@tautline/core'
import type { PollCounts, PollEvent } from '@tautline/demo-server'
import type { Dialect } from './dialects.ts'
import { type Recorded, record } from '../recorded.ts'
import { brisk, until } from '../event-source/stream.ts'
import type { EnvironmentHarness } from '../environment-harness.ts'

type Client = LongPollClient<Json, Json>
export type PollOptions = LongPollOptions<Json, Json, Json, Json>
export type Poll = Recorded<Json, Client>

/** Opens a client with the options of a dialect and these, and closes it when the test ends. */
export function poll(url: string, { options }: Pick<Dialect, 'options'>, others: PollOptions = {}): Poll {
  const connection = record<Json, Client>(
    createLongPoll<Json, Json, Json>(url, { ...brisk, minGap: 5, ...options, ...others }),
  )
  connection.client.open()
  onTestFinished(() => connection.client.close())
  return connection
}

/** The texts of messages with these numbers. */
export const textsBetween = (first: number, last: number): readonly string[] =>
  Array.from({ length: last - first + 1 }, (_, index) => `message ${first + index}`)

/** Publishes all of them together, before the server responds to a poll. */
export async function publish(
  { url }: EnvironmentHarness,
  log: string,
  texts: readonly string[],
): Promise<void> {
  const init = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(texts),
  }
  const { status } = await fetch(`${url}/poll/log/${log}`, init)
  if (status !== 201) throw new Error(`Nothing was published: ${status}`)
}

const unseen: PollCounts = { requests: 0, inFlight: 0, mostInFlight: 0, bytes: 0, messages: 0 }

/** Returns the server's counts for one client. */
export async function countsOf(harness: EnvironmentHarness, client: string): Promise<PollCounts> {
  return (await harness.state()).polls.clients[client] ?? unseen
}

/** Returns the events of one client's requests, oldest first. The server remembers its last 200 events. */
export async function happenedTo(harness: EnvironmentHarness, client: string): Promise<readonly PollEvent[]> {
  const response = await fetch(`${harness.url}/control/polls`)
  // The format of the control route.
  const { log } = (await response.json()) as { readonly log: readonly PollEvent[] }
  return log.filter((event) => event.client === client)
}

/** Waits until the server has sent everything to this client, and holds its next request. */
export const isHeld = (harness: EnvironmentHarness, log: string): Promise<void> =>
  until(async () => expect((await harness.state()).polls.logs[log]?.waiting).toBe(1))

/** How many uses are left for the rules of exactly this target. */
export async function leftToStrike(harness: EnvironmentHarness, target: string): Promise<number> {
  const { faults } = await harness.state()
  return faults
    .filter(({ rule }) => rule.match === target)
    .reduce((sum, { left }) => sum + (left === 'always' ? Infinity : left), 0)
}
