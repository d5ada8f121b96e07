import { json } from '@tautline/core'
import { useFetches } from '@tautline/react'

const codec = json<{ readonly name: string }>()

export function Names({ ids }: { readonly ids: readonly number[] }) {
  const users = useFetches(ids.map((id) => ({ url: `/api/users/${id}`, codec })))
  const failed = users.find(({ status }) => status === 'error')
  return (
    <>
      <p>{users.map(({ data }) => data?.name ?? '…').join(', ')}</p>
      {failed && <button onClick={() => void failed.refetch()}>Try again</button>}
    </>
  )
}
