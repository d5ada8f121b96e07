import { EventSource } from 'eventsource'
import { offerPlayer } from './player.ts'

offerPlayer((url, onData) => {
  const source = new EventSource(url)
  source.onmessage = ({ data }) => onData(data)
  return () => source.close()
})
