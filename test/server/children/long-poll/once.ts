// A program that polls, receives some messages, unsubscribes and has nothing more to do.
import { createLongPoll, query } from '../../../../packages/core/src/index.ts'
import { receiveThree } from '../receive-three.ts'

const [url = '', how = ''] = process.argv.slice(2)
const poll = createLongPoll(url, {
  cursor: query('since', (body) => body.last_seq),
  messages: (body) => body.results,
  retry: { delay: () => 5 },
})
await receiveThree(poll, how)
