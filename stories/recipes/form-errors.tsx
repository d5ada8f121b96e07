import { json } from '@tautline/core'
import { useFetch } from '@tautline/react'
import { z } from 'zod'

const NewUser = z.object({ name: z.string().min(1) })

/** The schema checks the body before it is sent. If it is not valid, nothing is sent. */
export function CreateUser() {
  const { error, execute } = useFetch('/api/users', {
    method: 'POST',
    enabled: false,
    input: json(NewUser),
  })
  return (
    <>
      <button onClick={() => void execute({ json: { name: '' } })}>Create</button>
      {error?.code === 'encode' && <p role="alert">Please enter a name.</p>}
    </>
  )
}
