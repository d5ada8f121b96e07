// A program that opens an event stream, receives some events, unsubscribes and has nothing more to do.
import { createEventSource, silence } from '../../../../packages/core/src/index.ts'
import { receiveThree } from '../receive-three.ts'

const [url = '', how = ''] = process.argv.slice(2)
await receiveThree(createEventSource(url, { heartbeat: silence() }), how)
