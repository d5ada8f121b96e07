import { useWebSocket } from '@tautline/react'

/** Closes the connection while the page is hidden, and reopens it when the page is visible. */
export function Camera({ id }: { readonly id: string }) {
  const { status, waitingFor } = useWebSocket(`/camera/${id}`, { pause: { hidden: true } })
  return <p>{waitingFor === 'visible' ? 'paused' : status}</p>
}
