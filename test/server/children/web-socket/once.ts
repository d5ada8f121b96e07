// A program that opens a WebSocket, receives some messages, closes it and has nothing more to do.
import { createWebSocket, pings } from '../../../../packages/core/src/index.ts'
import { receiveThree } from '../receive-three.ts'

const [url = '', how = ''] = process.argv.slice(2)
await receiveThree(createWebSocket(url, { heartbeat: pings() }), how)
