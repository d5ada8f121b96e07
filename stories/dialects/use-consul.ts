import { fromHeader, query } from '@tautline/core'
import { useLongPoll } from '@tautline/react'
import { audit, numberOf } from './audit.ts'

export function useConsul(key: string) {
  return useLongPoll(`${key}?wait=20s`, {
    cursor: query('index', fromHeader('X-Consul-Index')),
    messages: ([entry]) => recentIn(entry.Value),
    dedupe: numberOf, // each answer is the whole state
    ...audit, // counts gaps and doubles
  })
}

interface State {
  readonly recent: readonly { readonly text: string }[]
}

/** Values come as base64; this one lists the latest messages. */
function recentIn(value: string): readonly string[] {
  const bytes = Uint8Array.from(atob(value), (letter) => letter.codePointAt(0) ?? 0)
  // The demo server writes it.
  const { recent } = JSON.parse(new TextDecoder().decode(bytes)) as State
  return recent.map(({ text }) => text)
}
