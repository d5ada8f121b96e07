import { circumstances, version, writePart } from '../results.ts'
import { firstMessageCase } from './first-message.ts'

// `pnpm bench:connection` measures the time to the first message on broken networks, and writes `RESULTS.md`. `--quick` only prints.

const quick = process.argv.includes('--quick')
const text = [
  circumstances('pnpm bench:connection', version()),
  'Milliseconds until the first message, which waits in the log of a server on this machine. The connection has a WebSocket, an event stream and a long poll.',
  await firstMessageCase(quick ? 1 : 5),
].join('\n\n')
console.log(text)
if (!quick) writePart('connection', text)
