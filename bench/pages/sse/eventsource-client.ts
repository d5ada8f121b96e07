import { createEventSource } from 'eventsource-client'
import { offerPlayer } from './player.ts'

offerPlayer((url, hear) => {
  const source = createEventSource({ url, onMessage: ({ data }) => hear(data) })
  return () => source.close()
})
