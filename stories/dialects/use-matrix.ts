import { query } from '@tautline/core'
import { useLongPoll } from '@tautline/react'
import { messageCheck } from './message-check.ts'

export function useMatrix(sync: string) {
  return useLongPoll(`${sync}&timeout=20000`, {
    cursor: query('since', (body) => body.next_batch),
    messages: (body) => textsIn(body.rooms.join['!log:demo']),
    ...messageCheck, // counts gaps and duplicates
  })
}

interface Room {
  readonly timeline: { readonly events: readonly { readonly content: { readonly body: string } }[] }
}

const textsIn = ({ timeline }: Room): readonly string[] => timeline.events.map(({ content }) => content.body)
