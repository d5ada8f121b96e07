import { type StoryServer, addFault } from '../server/story-server.ts'

export interface StreamFault {
  readonly label: string
  readonly hint: string
  /** A mock in the page can play it too. */
  readonly mocked: boolean
  readonly commit: (server: StoryServer, match: string) => Promise<unknown>
}

const strike = (fault: string) => (server: StoryServer, match: string) =>
  server.control('POST', 'proxy', { live: true, fault, match })

/** Ends the stream, and lets the next request meet a fault of the server. */
const atNextRequest = (rule: object) => async (server: StoryServer, match: string) => {
  await addFault(server, { ...rule, match })
  return strike('drop')(server, match)
}

export const onTheStream: readonly StreamFault[] = [
  { label: 'Drop', hint: 'TCP ends in the middle of the answer', mocked: true, commit: strike('drop') },
  { label: 'Reset', hint: 'TCP ends with RST', mocked: false, commit: strike('reset') },
  {
    label: 'Cut an event',
    hint: 'two events come, and then 9 bytes of the third',
    mocked: true,
    commit: atNextRequest({ fault: 'cut', afterEvents: 2, bytes: 9 }),
  },
  {
    label: 'Silence',
    hint: 'nothing comes and nobody says so, until the heartbeat does',
    mocked: true,
    commit: strike('half-open'),
  },
]

export const atTheRequest: readonly StreamFault[] = [
  {
    label: '503, Retry-After: 2',
    hint: 'no attempt before the server wants one',
    mocked: true,
    commit: atNextRequest({ fault: 'refuse', status: 503, retryAfter: 2 }),
  },
  {
    label: 'Wrong type',
    hint: 'JSON where a stream should be: a login page, a proxy',
    mocked: true,
    commit: atNextRequest({ fault: 'wrong-type' }),
  },
  {
    label: 'End in order',
    hint: 'the body ends after two events: with GET that is a cut as well',
    mocked: true,
    commit: atNextRequest({ fault: 'end', afterEvents: 2 }),
  },
  {
    label: '204',
    hint: 'come no more: closed, until open() or reconnect()',
    mocked: true,
    commit: atNextRequest({ fault: 'no-content' }),
  },
]
