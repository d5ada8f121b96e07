import { createFetch, json } from '@tautline/core'
import { useFetch } from '@tautline/react'

const options = { codec: json<{ readonly name: string }>(), maxAge: 10_000 }
const urlOf = (id: number) => `/api/users/${id}`

/** Stores the response in the cache. A hook with the same URL and options then shows it at once. */
export function UserLink({ id }: { readonly id: number }) {
  return (
    <a href={`#/users/${id}`} onPointerEnter={() => void createFetch(urlOf(id), options).execute()}>
      Show
    </a>
  )
}

export function UserPage({ id }: { readonly id: number }) {
  const { data } = useFetch(urlOf(id), options)
  return <h1>{data?.name}</h1>
}
