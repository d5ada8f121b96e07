import { createFetch, json } from '@tautline/core'
import { useFetch } from '@tautline/react'
import { Suspense, use } from 'react'

interface User {
  readonly name: string
}

const codec = json<User>()
const optionsOf = (id: string) => ({ codec, maxAge: 10_000, key: id })

/**
 * Called once per user by a router or an event handler, outside of the component that waits for
 * the promise.
 */
export const load = (id: string): Promise<User> => createFetch('/api/me', optionsOf(id)).execute()

interface Props {
  readonly id: string
  readonly promise: Promise<User>
}

function Greeting({ id, promise }: Props) {
  const first = use(promise) // suspends, and throws to the nearest error boundary
  // The same response, which the hook keeps up to date.
  const { data = first } = useFetch('/api/me', optionsOf(id))
  return <h1>Hello {data.name}</h1>
}

export function App({ id, promise }: Props) {
  return (
    <Suspense fallback="…">
      <Greeting id={id} promise={promise} />
    </Suspense>
  )
}
