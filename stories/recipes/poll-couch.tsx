import { collect, json, query } from '@tautline/core'
import { useLongPoll } from '@tautline/react'

interface Changes {
  readonly last_seq: string
  readonly results: readonly { readonly id: string; readonly deleted?: boolean }[]
}

const codec = json<Changes>()
const cursor = query<Changes>('since', ({ last_seq }) => last_seq)

/** When the database changes, the cursor and data are reset. */
export function DatabaseChanges({ database }: { readonly database: string }) {
  const { data: changes, status } = useLongPoll(`/${database}/_changes?feed=longpoll`, {
    codec,
    cursor,
    messages: ({ results }) => results,
    initialCursor: 'now', // '0' or nothing: the whole history first
    reduce: collect({ limit: 50 }),
  })
  return (
    <>
      <p>{status}</p>
      <ul>
        {changes.map(({ id, deleted }, index) => (
          <li key={index}>
            {id} {deleted ? 'was deleted' : 'has changed'}
          </li>
        ))}
      </ul>
    </>
  )
}
