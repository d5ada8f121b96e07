import { useEventSource } from '@tautline/react'

/** No option is required. */
export function LatestNews() {
  const { data, status } = useEventSource('/news')
  return <p>{data ?? status}</p>
}
