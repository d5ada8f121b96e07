import { createEventSource } from '@tautline/core/event-source'
import { offerPlayer } from './player.ts'

offerPlayer((url, hear) => {
  const source = createEventSource(url, { onMessage: hear })
  source.open()
  return () => source.close()
})
