import { fromHeader, query } from '@tautline/core'
import { useLongPoll } from '@tautline/react'
import { messageCheck, numberOf } from './message-check.ts'

export function useConsul(key: string) {
  return useLongPoll(`${key}?wait=20s`, {
    cursor: query('index', fromHeader('X-Consul-Index')),
    messages: ([entry]) => recentIn(entry.Value),
    dedupeBy: numberOf, // each response is the whole state
    ...messageCheck, // counts gaps and duplicates
  })
}

interface State {
  readonly recent: readonly { readonly text: string }[]
}

/** The value is base64; the demo server stores a list of the latest messages in it. */
function recentIn(value: string): readonly string[] {
  const bytes = Uint8Array.from(atob(value), (letter) => letter.codePointAt(0) ?? 0)
  const { recent } = JSON.parse(new TextDecoder().decode(bytes)) as State
  return recent.map(({ text }) => text)
}
