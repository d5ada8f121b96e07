import { read } from './read.ts'

addEventListener('message', (event: MessageEvent<string>) => {
  void read(event.data).then((seen) => postMessage(seen))
})
