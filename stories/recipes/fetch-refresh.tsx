import { json } from '@tautline/core'
import { useFetch } from '@tautline/react'

const codec = json<{ readonly running: number; readonly failed: number }>()

/** Asks in a rhythm while the page is seen; where nothing has changed, a 304 comes and nothing renders. */
export function Jobs() {
  const { data, error } = useFetch('/api/jobs', {
    codec,
    refreshInterval: 10_000,
    refreshOnFocus: true,
    refreshOnReconnect: true,
  })
  return <output data-old={error && true}>{data ? `${data.running} run, ${data.failed} failed` : '…'}</output>
}
