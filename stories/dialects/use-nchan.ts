import { text, validators } from '@tautline/core'
import { useLongPoll } from '@tautline/react'
import { audit } from './audit.ts'

export function useNchan(channel: string) {
  return useLongPoll(channel, {
    cursor: validators(), // ETag and Last-Modified, sent back
    codec: text(),
    ...audit, // counts gaps and doubles
  })
}
