import { concat, json } from '@tautline/core'
import { useEventSource } from '@tautline/react'
import { type ReadProps, offerReader } from './reader.tsx'

interface Token {
  readonly t: string
}

const codec = json<Token>()
const reduce = concat<Token>({ pick: ({ t }) => t })

/** What a chat does, but for the text itself: megabytes of it, flattened and laid out in every frame, would be what is measured. */
function Read({ url, hear }: ReadProps) {
  const { data } = useEventSource(url, { codec, reduce, onMessage: (_, { raw }) => hear(String(raw)) })
  return <p>{data.length}</p>
}

offerReader(Read)
