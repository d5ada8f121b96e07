import { afterAll, afterEach, beforeAll } from 'vitest'
import { type DemoServer, startDemoServer } from '@tautline/demo-server'

/** Starts one server and one proxy for a test file. Removes all rules after each test. */
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

/** Returns the state of one numbered stream. */
export interface CountedStream {
  readonly handed: number
  readonly highest: number
  readonly acked: number
  readonly connections: number
  readonly live: number
}

export function countedStream(server: DemoServer, name: string): CountedStream {
  // The format of `endpoints/counted.ts`. The state gives endpoints without their types.
  const { streams } = server.state().endpoints['counted'] as { streams: Record<string, CountedStream> }
  const stream = streams[name]
  if (!stream) throw new Error(`No client has requested the stream ${name}`)
  return stream
}

/** The server's open connections whose target begins with this text. */
export const connectionsTo = (server: DemoServer, target: string) =>
  server.state().connections.filter((connection) => connection.target.startsWith(target))

/** The outcomes of the handshakes whose target begins with this text, oldest first. */
export const outcomesOf = (server: DemoServer, target: string): readonly string[] =>
  server.attempts.entries.filter((attempt) => attempt.target.startsWith(target)).map(({ outcome }) => outcome)

let targets = 0

/** Returns a request target that no other test of the file uses, and that is not the beginning of another one. */
export const newTarget = (path: string): string => `${path}?test=${(targets += 1)}.`
