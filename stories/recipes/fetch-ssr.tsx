import { createFetch, json } from '@tautline/core'
import { useFetch } from '@tautline/react'

interface User {
  readonly name: string
}

const codec = json<User>()

/** In a loader, on the server: what it asks for is kept for nobody else. There are no relative URLs there. */
export const loadUser = (origin: string, id: number): Promise<User> =>
  createFetch(`${origin}/api/users/${id}`, { codec }).execute()

/** The server and the first render of the page show what was loaded; for ten seconds nothing is asked. */
export function UserPage({ id, loaded }: { readonly id: number; readonly loaded: User }) {
  const { data } = useFetch(`/api/users/${id}`, { codec, initialData: loaded, maxAge: 10_000 })
  return <h1>{data?.name}</h1>
}
