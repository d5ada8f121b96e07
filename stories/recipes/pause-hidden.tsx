import { useWebSocket } from '@tautline/react'

/** Gives the line back while nobody looks, and takes it up again when somebody does. */
export function Camera({ id }: { readonly id: string }) {
  const { status, waitingFor } = useWebSocket(`/camera/${id}`, { pause: { hidden: true } })
  return <p>{waitingFor === 'visible' ? 'paused' : status}</p>
}
