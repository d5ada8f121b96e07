import { useWebSocket } from '@tautline/react'

/** A line of its own, whoever else has the same URL; and none at all until it is wanted. */
export function Terminal({ session }: { readonly session: string | undefined }) {
  const { status, close } = useWebSocket(session && `/terminal/${session}`, {
    share: false,
    linger: 0,
    retry: false,
  })
  return <button onClick={() => close(1000, 'done')}>{status}</button>
}
