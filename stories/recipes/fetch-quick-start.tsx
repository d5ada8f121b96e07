import { json } from '@tautline/core'
import { useFetch } from '@tautline/react' // or '@tautline/vue'
import { z } from 'zod'

const User = z.object({ id: z.number(), name: z.string(), email: z.string() })

export function Profile({ id }: { readonly id: number }) {
  const { data: user, status, error, refetch } = useFetch(`/api/users/${id}`, { codec: json(User) })
  const save = useFetch(`/api/users/${id}`, { method: 'PATCH', enabled: false })
  if (status === 'error') return <button onClick={() => void refetch()}>{error.message}: retry</button>
  return (
    <form action={(form) => void save.execute({ json: { name: form.get('name') } })}>
      <input name="name" defaultValue={user?.name} />
      <button disabled={save.isFetching}>Save</button>
    </form>
  )
}
