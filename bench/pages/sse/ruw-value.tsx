import { useState } from 'react'
// A bundler that follows Node's rules for CommonJS loses the default export of the package.
import { useEventSource } from 'react-use-websocket/dist/lib/use-event-source'
import { type LiveProps, offerReact } from '../react.tsx'
import { shown } from './shown.tsx'
import { nothing, addEvent } from './story.ts'

/** A handler for each event name, as in its README. It calls the handler in an effect on the last event. */
function Live({ seat, url }: LiveProps) {
  const [story, setStory] = useState(nothing)
  useEventSource(url, {
    events: { message: ({ data }) => setStory((before) => addEvent(before, data)) },
  })
  return shown(seat, story)
}

offerReact(Live)
