import { createEventSource } from 'eventsource-client'
import { offerPlayer } from './player.ts'

offerPlayer((url, onData) => {
  const source = createEventSource({ url, onMessage: ({ data }) => onData(data) })
  return () => source.close()
})
