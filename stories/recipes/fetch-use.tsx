import { createFetch, json } from '@tautline/core'
import { useFetch } from '@tautline/react'
import { Suspense, use } from 'react'

interface User {
  readonly name: string
}

const options = { codec: json<User>(), maxAge: 10_000 }

/** Made outside of the component that waits for it: by a router, an event, a module. */
const me = createFetch('/api/me', options).execute()

function Greeting({ promise }: { readonly promise: Promise<User> }) {
  const first = use(promise) // suspends, and throws to the nearest error boundary
  const { data = first } = useFetch('/api/me', options) // the same answer; from here on kept up to date
  return <h1>Hello {data.name}</h1>
}

export function App() {
  return (
    <Suspense fallback="…">
      <Greeting promise={me} />
    </Suspense>
  )
}
