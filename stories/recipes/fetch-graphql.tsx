import { type BodyCodec, text } from '@tautline/core'
import { useFetch } from '@tautline/react'

interface Answer<Data> {
  readonly data: Data
  readonly errors?: readonly { readonly message: string }[]
}

/** GraphQL tells of errors with status 200: here they become errors of the hook. */
const graphql = <Data,>(): BodyCodec<Data> => ({
  decode(raw) {
    const { data, errors } = JSON.parse(text().decode(raw)) as Answer<Data> // as the specification has it
    if (errors?.[0]) throw new Error(errors[0].message)
    return data
  },
})

const codec = graphql<{ readonly user: { readonly name: string } }>()

/** The body is part of what is asked for: another `id` is another answer. HTTP says nothing of how long it holds, so the hook does. */
export function UserName({ id }: { readonly id: string }) {
  const { data, error } = useFetch('/graphql', {
    codec,
    method: 'POST',
    json: { query: 'query ($id: ID!) { user(id: $id) { name } }', variables: { id } },
    maxAge: 10_000,
    idempotencyKey: true, // a query changes nothing, so it may be sent again
  })
  return <p>{data?.user.name ?? error?.message}</p>
}
