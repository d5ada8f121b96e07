import { json } from '@tautline/core'
import { useFetch } from '@tautline/react'

const codec = json<{ readonly running: number; readonly failed: number }>()

/**
 * Refetches at an interval while the page is visible. If nothing has changed, the server responds
 * with 304, and nothing renders.
 */
export function Jobs() {
  const { data, error } = useFetch('/api/jobs', {
    codec,
    refetchInterval: 10_000,
    refetchOnFocus: true,
    refetchOnReconnect: true,
  })
  return <output data-old={error && true}>{data ? `${data.running} run, ${data.failed} failed` : '…'}</output>
}
