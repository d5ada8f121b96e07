import { type StoryServer, addFault } from '../server/story-server.ts'

export interface StreamFault {
  readonly label: string
  readonly hint: string
  /** Whether the mock in the page supports it too. */
  readonly mocked: boolean
  readonly cause: (server: StoryServer, match: string) => Promise<unknown>
}

/** Breaks the open stream, by the proxy in front of the server. */
const onStream = (fault: string) => (server: StoryServer, match: string) =>
  server.control('POST', 'proxy', { live: true, fault, match })

/** Drops the stream, and breaks the next request. */
const atNextRequest = (rule: object) => async (server: StoryServer, match: string) => {
  await addFault(server, { ...rule, match })
  return onStream('drop')(server, match)
}

export const streamFaults: readonly StreamFault[] = [
  { label: 'Drop', hint: 'TCP closes in the middle of the response', mocked: true, cause: onStream('drop') },
  { label: 'Reset', hint: 'TCP closes with RST', mocked: false, cause: onStream('reset') },
  {
    label: 'Cut an event',
    hint: 'The next response ends after two events and 9 bytes of the third',
    mocked: true,
    cause: atNextRequest({ fault: 'cut', afterEvents: 2, bytes: 9 }),
  },
  {
    label: 'Silence',
    hint: 'The stream stays open, but no data arrives any more',
    mocked: true,
    cause: onStream('half-open'),
  },
]

export const requestFaults: readonly StreamFault[] = [
  {
    label: '503, Retry-After: 2',
    hint: 'The server refuses the next request, and sets a delay of 2 s by Retry-After',
    mocked: true,
    cause: atNextRequest({ fault: 'refuse', status: 503, retryAfter: 2 }),
  },
  {
    label: 'Wrong type',
    hint: 'The next response is JSON instead of an event stream',
    mocked: true,
    cause: atNextRequest({ fault: 'wrong-type' }),
  },
  {
    label: 'Regular end',
    hint: 'The body ends after two events. With GET the client reconnects',
    mocked: true,
    cause: atNextRequest({ fault: 'end', afterEvents: 2 }),
  },
  {
    label: '204',
    hint: 'The server ends the stream: it stays closed until open() or reconnect()',
    mocked: true,
    cause: atNextRequest({ fault: 'no-content' }),
  },
]
