// A program that opens a connection, receives something, closes it and has nothing more to do.
import { createWebSocket } from '../../../../packages/core/src/index.ts'
import { hearThree } from '../receive-three.ts'

const [url = '', how = ''] = process.argv.slice(2)
await hearThree(createWebSocket(url, { heartbeat: {} }), how)
