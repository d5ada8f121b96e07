import { query } from '@tautline/core'
import { useLongPoll } from '@tautline/vue'
import { messageCheck } from './message-check.ts'

export function useTelegram(getUpdates: string) {
  return useLongPoll(`${getUpdates}&timeout=20`, {
    cursor: query('offset', ({ result }) => nextOffset(result)),
    messages: ({ result }) => textsOf(result),
    ...messageCheck, // counts gaps and duplicates
  })
}

type Updates = readonly { readonly update_id: number; readonly message: { readonly text: string } }[]

/** The highest update_id plus 1. Undefined if there are no updates: then the cursor does not change. */
function nextOffset(updates: Updates): number | undefined {
  const last = updates.at(-1)
  return last && last.update_id + 1
}

const textsOf = (updates: Updates): readonly string[] => updates.map(({ message }) => message.text)
