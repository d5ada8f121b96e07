import { json } from '@tautline/core'
import { useSuspenseFetch } from '@tautline/react'
import { Suspense } from 'react'

const codec = json<{ readonly name: string }>()

function Greeting({ id }: { readonly id: number }) {
  const { data } = useSuspenseFetch(`/api/users/${id}`, { codec })
  return <h1>Hello {data.name}</h1>
}

/** Put an error boundary around it, which shows the error of a request without data. */
export function App({ id }: { readonly id: number }) {
  return (
    <Suspense fallback="…">
      <Greeting id={id} />
    </Suspense>
  )
}
