import type { Observer } from '../../../packages/core/src/index.ts'

type Client = Pick<Observer<never>, 'on' | 'open' | 'close'> & AsyncIterable<unknown>

/** Hears three messages and lets go of the client; says so, and when the process has nothing more to do. */
export async function receiveThree(client: Client, how: string): Promise<void> {
  process.once('beforeExit', () => process.stdout.write('nothing is left to wait for\n'))
  let received = 0
  if (how === 'loop') {
    // Leaving the loop lets go of the connection, which then lingers for its second.
    for await (const _ of client) if ((received += 1) === 3) break
    process.stdout.write(`heard ${received}\n`)
    return
  }
  client.on('message', () => {
    received += 1
    if (received !== 3) return
    process.stdout.write(`heard ${received}\n`)
    client.close()
  })
  client.open()
}
