import { describe, expect, test } from 'vitest'
import { type ResumeOption, createEventSource } from '@tautline/core'
import { brisk, follow, items, seqs, upTo } from '../../support/event-source/stream.ts'
import { type EnvironmentHarness, newsOf } from '../../support/environment-harness.ts'

const CUTS = 55
const PER_CONNECTION = 10
const LAST = CUTS * PER_CONNECTION + 20

interface Trouble {
  readonly name: string
  /** Whether the proxy causes the fault, instead of the server. */
  readonly proxied?: boolean
  /** Whether the server ends its responses, which is no failure behind an event. */
  readonly isCleanEnd?: boolean
  begin(harness: EnvironmentHarness, match: string): Promise<unknown>
}

const cut: Trouble = {
  name: 'cut in the middle of an event',
  begin: ({ addFault }, match) =>
    addFault({ fault: 'cut', afterEvents: PER_CONNECTION, bytes: 9, match, count: CUTS }),
}

const troubles: readonly Trouble[] = [
  cut,
  {
    name: 'cut at each third byte of the first two events',
    begin: ({ addFault }, match) =>
      Promise.all(
        Array.from({ length: CUTS }, (_, index) => addFault({ fault: 'cut', afterBytes: 3 * index, match })),
      ),
  },
  {
    name: 'ended normally',
    isCleanEnd: true,
    begin: ({ addFault }, match) =>
      addFault({ fault: 'end', afterEvents: PER_CONNECTION, match, count: CUTS }),
  },
  {
    name: 'closed by the proxy (FIN)',
    proxied: true,
    begin: ({ addProxyRule }, match) =>
      addProxyRule({ fault: 'drop', afterBytes: 1200, match, count: 'always' }),
  },
  {
    name: 'reset by the proxy (RST)',
    proxied: true,
    // More rules than cuts: a browser silently repeats requests that fail on a reused connection.
    begin: ({ addProxyRule }, match) =>
      addProxyRule({ fault: 'reset', afterBytes: 1200, match, count: 4 * CUTS }),
  },
]

const ways: readonly {
  readonly resume: ResumeOption
  readonly ids: 'plain' | 'utf8'
  readonly troubles: readonly Trouble[]
}[] = [
  { resume: 'header', ids: 'plain', troubles },
  { resume: 'query', ids: 'plain', troubles: [cut] },
  { resume: 'header', ids: 'utf8', troubles: [cut] },
  { resume: 'query', ids: 'utf8', troubles: [cut] },
]

/** A stream of news whose connection breaks more than fifty times. */
export function lossless(harness: EnvironmentHarness): void {
  for (const { resume, ids, troubles } of ways) {
    describe(`resumed by ${typeof resume === 'string' ? resume : 'a parameter'}, ${ids} ids`, () => {
      test.each(troubles)(
        '[retry-delays] [event-stream-responses] every event of a stream that is repeatedly $name is delivered once',
        (trouble) => readThrough(harness, trouble, resume, ids),
      )
    })
  }
}

async function readThrough(
  harness: EnvironmentHarness,
  { proxied, isCleanEnd, begin }: Trouble,
  resume: ResumeOption,
  ids: 'plain' | 'utf8',
): Promise<void> {
  const name = harness.unique()
  const target = `/news?stream=${name}&rate=20000&last=${LAST}&ids=${ids}`
  await begin(harness, target)
  const sign = ids === 'utf8' ? '…' : ''
  const connection = follow(
    createEventSource((proxied ? harness.proxyUrl : harness.url) + target, {
      ...brisk,
      retry: { delay: () => 0 },
      codec: items,
      resume,
      // From the first event, even if the first connection breaks before any event arrives.
      lastEventId: `${sign}0`,
    }),
  )
  await connection.until(({ client }) => client.getSnapshot().status === 'closed')

  expect(seqs(connection.messages)).toEqual(upTo(LAST))
  expect(connection.infos.map(({ id }) => id)).toEqual(upTo(LAST).map((seq) => `${sign}${seq}`))
  // Every cut is an error. An RST can overtake everything before it, including the head of the response.
  if (isCleanEnd) expect(connection.errors).toEqual([])
  else expect(connection.errors.length).toBeGreaterThanOrEqual(CUTS)
  expect(connection.closes.length).toBeGreaterThan(isCleanEnd ? CUTS : 0)
  expect(connection.opens).toHaveLength(connection.closes.length)
  expect(connection.client.getSnapshot()).toMatchObject({
    closed: { by: 'complete' },
    lastEventId: `${sign}${LAST}`,
    data: { seq: LAST },
  })
  const { resumedFrom, via } = await newsOf(harness, name)
  expect([resumedFrom.at(-1), via]).toEqual([`${sign}${LAST}`, resume])
}
