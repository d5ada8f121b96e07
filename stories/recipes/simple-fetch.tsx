import { json } from '@tautline/core'
import { useFetch } from '@tautline/react'

const codec = json<{ readonly name: string }>()

export function UserName({ id }: { readonly id: number }) {
  const { data, error } = useFetch(`/api/users/${id}`, { codec })
  return <p>{error?.message ?? data?.name ?? '…'}</p>
}
