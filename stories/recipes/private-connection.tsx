import { useWebSocket } from '@tautline/react'

/** A connection that is not shared, and that opens only when there is a session. */
export function Terminal({ session }: { readonly session: string | undefined }) {
  const { status, close } = useWebSocket(session && `/terminal/${session}`, {
    share: false,
    closeDelay: 0,
    retry: false,
  })
  return <button onClick={() => close(1000, 'done')}>{status}</button>
}
