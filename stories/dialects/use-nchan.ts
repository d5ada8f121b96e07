import { text, validators } from '@tautline/core'
import { useLongPoll } from '@tautline/react'
import { messageCheck } from './message-check.ts'

export function useNchan(channel: string) {
  return useLongPoll(channel, {
    cursor: validators(), // ETag and Last-Modified, sent back
    codec: text(),
    ...messageCheck, // counts gaps and duplicates
  })
}
