import { type ReadTask, read } from './read.ts'

addEventListener('message', (event: MessageEvent<ReadTask>) => {
  void read(event.data).then((seen) => postMessage(seen))
})
