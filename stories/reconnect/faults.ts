import { type FaultName, type StoryServer, addFault } from '../server/story-server.ts'

export interface FaultButton {
  readonly name: FaultName
  readonly label: string
  readonly hint: string
  readonly cause: (server: StoryServer, match: string) => Promise<unknown>
}

/** Drops the connection, and breaks the next `count` handshakes. */
function atHandshake(fault: FaultName, count: number) {
  return async (server: StoryServer, match: string): Promise<unknown> => {
    await addFault(server, { fault, match, count })
    return server.control('POST', 'drop', { match })
  }
}

/** Breaks the open connection, by the proxy in front of the server. */
function onConnection(fault: FaultName) {
  return (server: StoryServer, match: string) => server.control('POST', 'proxy', { live: true, fault, match })
}

export const handshakeFaults: readonly FaultButton[] = [
  {
    name: 'refuse',
    label: 'Refuse twice',
    hint: 'The server responds to the next two handshakes with 503',
    cause: atHandshake('refuse', 2),
  },
  {
    name: 'captive-portal',
    label: 'Captive portal',
    hint: 'The next handshake gets a login page',
    cause: atHandshake('captive-portal', 1),
  },
  {
    name: 'accept-then-drop',
    label: 'Accept, then drop',
    hint: 'Three times: the connection opens and closes at once, and the retry count keeps rising',
    cause: atHandshake('accept-then-drop', 3),
  },
  {
    name: 'stall',
    label: 'No response',
    hint: 'The next handshake gets no response',
    cause: atHandshake('stall', 1),
  },
]

export const connectionFaults: readonly FaultButton[] = [
  {
    name: 'half-open',
    label: 'Half-open',
    hint: 'The connection stays open, but no data arrives any more',
    cause: onConnection('half-open'),
  },
  {
    name: 'drop',
    label: 'Drop',
    hint: 'TCP closes without a close frame',
    cause: (server, match) => server.control('POST', 'drop', { match }),
  },
  { name: 'reset', label: 'Reset', hint: 'TCP closes with RST', cause: onConnection('reset') },
  {
    name: 'cut',
    label: 'Cut a frame',
    hint: 'The connection ends within the next frame',
    cause: onConnection('cut'),
  },
]

/** Some close codes, and what the client does after each. */
export const closeCodes: readonly { readonly code: number; readonly outcome: string }[] = [
  { code: 1001, outcome: 'going away: retried' },
  { code: 1011, outcome: 'internal error: retried' },
  { code: 1012, outcome: 'service restart: retried' },
  { code: 1008, outcome: 'policy violation: fatal' },
  { code: 1009, outcome: 'message too big: fatal' },
  { code: 4000, outcome: 'application: retried' },
  { code: 4401, outcome: 'unauthorized: fatal' },
  { code: 4500, outcome: 'application: fatal' },
]
