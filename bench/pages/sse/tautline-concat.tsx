import { concat, json } from '@tautline/core'
import { useEventSource } from '@tautline/react'
import { type ReadProps, offerReader } from './reader.tsx'

interface Token {
  readonly t: string
}

const codec = json<Token>()
const reduce = concat<Token>({ pick: ({ t }) => t })

/** Like a chat, but it shows only the length of the text. The layout of megabytes of text in every frame would dominate the result. */
function Read({ url, onData }: ReadProps) {
  const { data } = useEventSource(url, { codec, reduce, onMessage: (_, { raw }) => onData(String(raw)) })
  return <p>{data.length}</p>
}

offerReader(Read)
