import { useEventSource } from '@tautline/react'
import { type ReadProps, offerReader } from './reader.tsx'
import { nothing, tell } from './story.ts'

function Read({ url, hear }: ReadProps) {
  const { data } = useEventSource(url, { reduce: tell, initialData: nothing, onMessage: hear })
  return (
    <p>
      {data.count} {data.last}
    </p>
  )
}

offerReader(Read)
