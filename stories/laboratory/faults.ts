import { type FaultName, type StoryServer, addFault } from '../server/story-server.ts'

export interface FaultButton {
  readonly name: FaultName
  readonly label: string
  readonly hint: string
  readonly commit: (server: StoryServer, match: string) => Promise<unknown>
}

/** Breaks the line, and lets the server commit a fault at the handshakes that follow. */
function atHandshake(fault: FaultName, count: number) {
  return async (server: StoryServer, match: string): Promise<unknown> => {
    await addFault(server, { fault, match, count })
    return server.control('POST', 'drop', { match })
  }
}

function onTheWire(fault: FaultName) {
  return (server: StoryServer, match: string) => server.control('POST', 'proxy', { live: true, fault, match })
}

export const handshakeFaults: readonly FaultButton[] = [
  {
    name: 'refuse',
    label: 'Refuse twice',
    hint: '503 to the next two handshakes',
    commit: atHandshake('refuse', 2),
  },
  {
    name: 'captive-portal',
    label: 'Captive portal',
    hint: 'a login page answers the next handshake',
    commit: atHandshake('captive-portal', 1),
  },
  {
    name: 'accept-then-drop',
    label: 'Accept, then drop',
    hint: 'three times: the count of attempts goes on rising',
    commit: atHandshake('accept-then-drop', 3),
  },
  {
    name: 'stall',
    label: 'Stall',
    hint: 'the next handshake is never answered',
    commit: atHandshake('stall', 1),
  },
]

export const lineFaults: readonly FaultButton[] = [
  {
    name: 'half-open',
    label: 'Half-open',
    hint: 'silence; nobody says close',
    commit: onTheWire('half-open'),
  },
  {
    name: 'drop',
    label: 'Drop',
    hint: 'TCP ends without a close frame',
    commit: (server, match) => server.control('POST', 'drop', { match }),
  },
  { name: 'reset', label: 'Reset', hint: 'TCP ends with RST', commit: onTheWire('reset') },
  {
    name: 'cut',
    label: 'Cut a frame',
    hint: 'the line ends inside the next frame',
    commit: onTheWire('cut'),
  },
]

/** Close codes worth trying, with what they lead to. */
export const closeCodes: readonly { readonly code: number; readonly outcome: string }[] = [
  { code: 1001, outcome: 'going away: retried' },
  { code: 1011, outcome: 'internal error: retried' },
  { code: 1012, outcome: 'service restart: retried' },
  { code: 1008, outcome: 'policy violation: fatal' },
  { code: 1009, outcome: 'message too big: fatal' },
  { code: 4000, outcome: 'application: retried' },
  { code: 4401, outcome: 'unauthorized: fatal' },
  { code: 4500, outcome: 'do not come back: fatal' },
]
