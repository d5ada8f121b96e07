import { query } from '@tautline/core'
import { useLongPoll } from '@tautline/vue'
import { messageCheck } from './message-check.ts'

export function useCouch(changes: string) {
  return useLongPoll(`${changes}?feed=longpoll&timeout=20000`, {
    cursor: query('since', (body) => body.last_seq),
    messages: (body) => textsOf(body.results),
    ...messageCheck, // counts gaps and duplicates
  })
}

type Changes = readonly { readonly doc: { readonly text: string } }[]

const textsOf = (changes: Changes): readonly string[] => changes.map(({ doc }) => doc.text)
