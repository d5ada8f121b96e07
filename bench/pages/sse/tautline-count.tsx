import { useEventSource } from '@tautline/react'
import { type ReadProps, offerReader } from './reader.tsx'
import { nothing, addEvent } from './story.ts'

function Read({ url, onData }: ReadProps) {
  const { data } = useEventSource(url, { reduce: addEvent, initialData: nothing, onMessage: onData })
  return (
    <p>
      {data.count} {data.last}
    </p>
  )
}

offerReader(Read)
