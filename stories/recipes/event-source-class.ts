import { EventSource } from '@tautline/core/event-source-class'

declare function draw(data: string, lastEventId: string): void

/** Code that was written for the platform's own: one import more, and it runs in Node and under test as well. */
export function follow(url: string): () => void {
  const source = new EventSource(url, { withCredentials: true })
  source.addEventListener('price', ({ data, lastEventId }) => draw(data, lastEventId))
  return () => source.close()
}
