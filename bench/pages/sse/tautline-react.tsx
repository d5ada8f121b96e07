import { useEventSource } from '@tautline/react'
import { type LiveProps, offerReact } from '../react.tsx'
import { shown } from './shown.tsx'
import { nothing, addEvent } from './story.ts'

function Live({ seat, url }: LiveProps) {
  const { data } = useEventSource(url, { reduce: addEvent, initialData: nothing })
  return shown(seat, data)
}

offerReact(Live)
