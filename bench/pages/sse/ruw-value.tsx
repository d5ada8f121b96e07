import { useState } from 'react'
// The package's default export is lost where a bundler follows Node's rules for CommonJS.
import { useEventSource } from 'react-use-websocket/dist/lib/use-event-source'
import { type LiveProps, offerReact } from '../react.tsx'
import { shown } from './shown.tsx'
import { nothing, tell } from './story.ts'

/** Its README: a handler for each name, which it calls in an effect on the last event. */
function Live({ seat, url }: LiveProps) {
  const [story, setStory] = useState(nothing)
  useEventSource(url, {
    events: { message: ({ data }) => setStory((before) => tell(before, data)) },
  })
  return shown(seat, story)
}

offerReact(Live)
