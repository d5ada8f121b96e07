// A program that opens a line, hears something, closes it and has nothing more to do.
import { createWebSocket } from '../../../packages/core/src/index.ts'

const [url = '', how = ''] = process.argv.slice(2)
const client = createWebSocket(url, { heartbeat: {} })

process.once('beforeExit', () => process.stdout.write('nothing is left to wait for\n'))

if (how === 'loop') {
  let heard = 0
  // Leaving the loop lets go of the line, which then lingers for its second.
  for await (const _ of client) if ((heard += 1) === 3) break
  process.stdout.write(`heard ${heard}\n`)
} else {
  let heard = 0
  client.on('message', () => {
    heard += 1
    if (heard !== 3) return
    process.stdout.write(`heard ${heard}\n`)
    client.close()
  })
  client.open()
}
