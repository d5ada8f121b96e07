import { EventSource } from '@tautline/core/event-source-class'

declare function draw(data: string, lastEventId: string): void

/** Code for the browser's EventSource. With this import it also runs in Node and in tests. */
export function follow(url: string): () => void {
  const source = new EventSource(url, { withCredentials: true })
  source.addEventListener('price', ({ data, lastEventId }) => draw(data, lastEventId))
  return () => source.close()
}
