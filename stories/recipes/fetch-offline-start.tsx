import { json } from '@tautline/core'
import { useFetch } from '@tautline/react'

interface Item {
  readonly id: number
  readonly title: string
}

const codec = json<readonly Item[]>()

export function Items() {
  const { data, error, failure, isFetching, refetch } = useFetch('/api/items', {
    codec,
    refetchOnReconnect: true,
  })
  // `failure` is known after the first attempt, `error` after the last one.
  const problem = failure ?? error
  if (problem)
    return (
      <div role="status">
        {problem.code === 'connect-failed' ? 'There is no connection.' : problem.message}
        <button disabled={isFetching} onClick={() => void refetch()}>
          Try again
        </button>
      </div>
    )
  if (!data) return <p>Loading …</p>
  return data.map(({ id, title }) => <p key={id}>{title}</p>)
}
