import { EventSource } from 'eventsource'
import { offerPlayer } from './player.ts'

offerPlayer((url, hear) => {
  const source = new EventSource(url)
  source.onmessage = ({ data }) => hear(data)
  return () => source.close()
})
