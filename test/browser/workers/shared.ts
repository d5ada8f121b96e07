import { type ReadTask, read } from './read.ts'

addEventListener('connect', (event) => {
  const [port] = 'ports' in event ? (event.ports as readonly MessagePort[]) : []
  if (!port) return
  port.onmessage = (event: MessageEvent<ReadTask>) => {
    void read(event.data).then((seen) => port.postMessage(seen))
  }
})
