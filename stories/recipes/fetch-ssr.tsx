import { createFetch, json } from '@tautline/core'
import { useFetch } from '@tautline/react'

interface User {
  readonly name: string
}

const codec = json<User>()

/**
 * A loader on the server. It needs an absolute URL. The response is not shared with other
 * requests of the server.
 */
export const loadUser = (origin: string, id: number): Promise<User> =>
  createFetch(`${origin}/api/users/${id}`, { codec }).execute()

/**
 * The server and the first render of the page show the loaded data. For ten seconds the hook
 * sends no request.
 */
export function UserPage({ id, loaded }: { readonly id: number; readonly loaded: User }) {
  const { data } = useFetch(`/api/users/${id}`, { codec, initialData: loaded, maxAge: 10_000 })
  return <h1>{data?.name}</h1>
}
