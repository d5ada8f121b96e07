import { query } from '@tautline/core'
import { useLongPoll } from '@tautline/vue'
import { audit } from './audit.ts'

export function useTelegram(getUpdates: string) {
  return useLongPoll(`${getUpdates}&timeout=20`, {
    cursor: query('offset', ({ result }) => behind(result)),
    messages: ({ result }) => textsOf(result),
    ...audit, // counts gaps and doubles
  })
}

type Updates = readonly { readonly update_id: number; readonly message: { readonly text: string } }[]

/** The highest update_id and 1; undefined, where there is none, leaves the cursor where it was. */
function behind(updates: Updates): number | undefined {
  const last = updates.at(-1)
  return last && last.update_id + 1
}

const textsOf = (updates: Updates): readonly string[] => updates.map(({ message }) => message.text)
