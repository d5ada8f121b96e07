import { createEventSource } from '@tautline/core/event-source'
import { offerPlayer } from './player.ts'

offerPlayer((url, onData) => {
  const source = createEventSource(url, { onMessage: onData })
  source.open()
  return () => source.close()
})
