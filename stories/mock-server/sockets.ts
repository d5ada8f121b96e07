import { ws } from 'msw/ws'
import { MOCK_URL } from '../server/story-server.ts'
import { takeRule } from './rules.ts'

type Link = ReturnType<typeof ws.link>
type ConnectionListener = Extract<Parameters<Link['addEventListener']>[1], (event: never) => unknown>
type Client = Parameters<ConnectionListener>[0]['client']
type Data = Parameters<Client['send']>[0]

/** One WebSocket connection to the mock, with the controls that the demo server also has for each of its connections. */
export interface MockConnection {
  /** Path and query. */
  readonly target: string
  readonly query: URLSearchParams
  readonly params: Readonly<Record<string, string>>
  send(data: Data): void
  sendJson(message: object): void
  onText(listener: (text: string) => void): void
  onMessage(listener: (data: Data) => void): void
  onClosed(listener: () => void): void
  close(code: number, reason?: string): void
  /** Sends and receives nothing from here on, like a connection whose client has lost its network. */
  mute(): void
}

/** The open connections. */
export const connections = new Set<MockConnection>()

/** Serves one path, such as `/chat/:room`. */
export function endpoint(path: string, connected: (connection: MockConnection) => void) {
  const link = ws.link(`${MOCK_URL.replace('http', 'ws')}${path}`)
  return link.addEventListener('connection', ({ client, params }) => {
    const target = client.url.pathname + client.url.search
    const rule = takeRule(target)
    // Closes before the connection opens, which the page sees as a failed handshake.
    if (rule?.fault === 'refuse') return client.close(1006)
    const connection = connectionOf(client, target, params)
    connections.add(connection)
    connection.onClosed(() => connections.delete(connection))
    connected(connection)
    // Runs right after the connection has opened.
    if (rule?.fault === 'accept-then-drop') setTimeout(() => connection.close(1006))
    if (rule?.fault === 'close') setTimeout(() => connection.close(rule.code, rule.reason))
  })
}

function connectionOf(client: Client, target: string, params: Record<string, unknown>): MockConnection {
  let muted = false
  const closed: (() => void)[] = []
  const end = (): void => {
    for (const listener of closed.splice(0)) listener()
  }
  client.addEventListener('close', end)
  const send = (data: Data): void => {
    if (!muted) client.send(data)
  }
  const onMessage = (listener: (data: Data) => void): void =>
    client.addEventListener('message', ({ data }) => {
      if (!muted && data !== 'ping') listener(data)
    })
  client.addEventListener('message', ({ data }) => data === 'ping' && send('pong'))
  return {
    target,
    query: client.url.searchParams,
    params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)])),
    send,
    sendJson: (message) => send(JSON.stringify(message)),
    onMessage,
    onText: (listener) => onMessage((data) => typeof data === 'string' && listener(data)),
    onClosed: (listener) => void closed.push(listener),
    close(code, reason) {
      if (muted) return
      client.close(code, reason)
      end()
    },
    mute: () => void (muted = true),
  }
}
