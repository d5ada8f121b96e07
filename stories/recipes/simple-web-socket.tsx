import { useWebSocket } from '@tautline/react'

/** No option is required. */
export function Price() {
  const { data, status } = useWebSocket('/price')
  return <p>{typeof data === 'string' ? data : status}</p>
}
