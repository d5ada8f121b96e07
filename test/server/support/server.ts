import { afterAll, afterEach, beforeAll } from 'vitest'
import { type DemoServer, startDemoServer } from '@tautline/demo-server'

/** One server and one proxy for a test file; a test leaves no rule behind for the next one. */
export function useDemoServer(): { readonly now: DemoServer } {
  let server: DemoServer | undefined
  const now = (): DemoServer => {
    if (!server) throw new Error('The server runs only while tests do')
    return server
  }
  beforeAll(async () => {
    server = await startDemoServer()
  })
  afterEach(() => {
    now().faults.clear()
    now().proxy.rules.clear()
  })
  afterAll(() => server?.close())
  return {
    get now() {
      return now()
    },
  }
}

/** What the server knows of one numbered stream. */
export interface CountedStream {
  readonly handed: number
  readonly highest: number
  readonly acked: number
  readonly connections: number
  readonly live: number
}

export function countedStream(server: DemoServer, name: string): CountedStream {
  // What `endpoints/counted.ts` describes; the state names endpoints without their types.
  const { streams } = server.state().endpoints['counted'] as { streams: Record<string, CountedStream> }
  const stream = streams[name]
  if (!stream) throw new Error(`Nobody has asked for the stream ${name}`)
  return stream
}

/** The server's open connections whose target begins so. */
export const connectionsTo = (server: DemoServer, target: string) =>
  server.state().connections.filter((connection) => connection.target.startsWith(target))

/** What became of the handshakes whose target begins so, oldest first. */
export const outcomesOf = (server: DemoServer, target: string): readonly string[] =>
  server.attempts.entries.filter((attempt) => attempt.target.startsWith(target)).map(({ outcome }) => outcome)

let targets = 0

/** A request target that no other test of the file has, and that is not the beginning of another one. */
export const newTarget = (path: string): string => `${path}?test=${(targets += 1)}.`
