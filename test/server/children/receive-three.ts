import type { Observer } from '../../../packages/core/src/index.ts'

type Client = Pick<Observer<never>, 'on' | 'open' | 'close'> & AsyncIterable<unknown>

/** Receives three messages and unsubscribes. Prints this, and prints when the process has nothing more to do. */
export async function receiveThree(client: Client, how: string): Promise<void> {
  process.once('beforeExit', () => process.stdout.write('nothing left to do\n'))
  let received = 0
  if (how === 'loop') {
    // The loop unsubscribes when it ends. The connection then stays open for the close delay of one second.
    for await (const _ of client) if ((received += 1) === 3) break
    process.stdout.write(`received ${received}\n`)
    return
  }
  client.on('message', () => {
    received += 1
    if (received !== 3) return
    process.stdout.write(`received ${received}\n`)
    client.close()
  })
  client.open()
}
