import { type BodyCodec, text } from '@tautline/core'
import { useFetch } from '@tautline/react'

interface GraphqlResponse<Data> {
  readonly data: Data
  readonly errors?: readonly { readonly message: string }[]
}

/** A GraphQL server reports errors with status 200. This codec turns them into errors of the hook. */
const graphql = <Data,>(): BodyCodec<Data> => ({
  decode(raw) {
    // As the specification has it.
    const { data, errors } = JSON.parse(text().decode(raw)) as GraphqlResponse<Data>
    if (errors?.[0]) throw new Error(errors[0].message)
    return data
  },
})

const codec = graphql<{ readonly user: { readonly name: string } }>()

/**
 * The body is part of the cache key, so each `id` has its own response. The response to a POST
 * has no lifetime, so the hook sets `maxAge`.
 */
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
