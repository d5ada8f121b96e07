import { type Wish, read } from './read.ts'

addEventListener('message', (event: MessageEvent<Wish>) => {
  void read(event.data).then((seen) => postMessage(seen))
})
