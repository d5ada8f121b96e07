// A program that opens a stream of events, hears some, lets go of it and has nothing more to do.
import { createEventSource } from '../../../packages/core/src/index.ts'

const [url = '', how = ''] = process.argv.slice(2)
const client = createEventSource(url, { heartbeat: {} })

process.once('beforeExit', () => process.stdout.write('nothing is left to wait for\n'))

let heard = 0
if (how === 'loop') {
  // Leaving the loop lets go of the stream, which then lingers for its second.
  for await (const _ of client) if ((heard += 1) === 3) break
  process.stdout.write(`heard ${heard}\n`)
} else {
  client.on('message', () => {
    heard += 1
    if (heard !== 3) return
    process.stdout.write(`heard ${heard}\n`)
    client.close()
  })
  client.open()
}
