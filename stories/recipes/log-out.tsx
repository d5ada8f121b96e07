import { collect, forgetUser, json } from '@tautline/core'
import { TautlineProvider, useEventSource } from '@tautline/react'
import { useState } from 'react'

interface User {
  readonly id: string
  readonly name: string
}

declare function LogIn(props: { readonly onLogIn: (user: User) => void }): React.ReactNode

/**
 * Ends the session, whose cookie the page cannot read. It has a time limit, because `forgetUser`
 * waits for it.
 */
async function endSession(): Promise<void> {
  const response = await fetch('/session', { method: 'DELETE', signal: AbortSignal.timeout(10_000) })
  if (!response.ok) throw new Error(`The server did not end the session: status ${response.status}`)
}

export function App({ remembered }: { readonly remembered?: User | undefined }) {
  const [user, setUser] = useState(remembered)
  const [logOut, setLogOut] = useState<'none' | 'pending' | 'failed'>('none')

  async function onLogOut(): Promise<void> {
    setLogOut('pending') // removes the data from the screen
    const ended = endSession()
    await forgetUser(ended) // never rejects: it forgets the user in any case
    const isOver = await ended.then(
      () => true,
      () => false,
    )
    if (isOver) setUser(undefined)
    setLogOut(isOver ? 'none' : 'failed')
  }

  if (logOut === 'pending') return <p>Logging out …</p>
  if (!user) return <LogIn onLogIn={setUser} />
  return (
    // For every hook below. Another user is another key, and so has other connections and other
    // responses.
    <TautlineProvider options={{ key: user.id }}>
      <button onClick={() => void onLogOut()}>Log out {user.name}</button>
      {logOut === 'failed' && <p role="alert">You are still logged in. Please try again.</p>}
      <Inbox />
    </TautlineProvider>
  )
}

const options = { codec: json<{ readonly subject: string }>(), reduce: collect({ limit: 50 }) } as const

function Inbox() {
  const { data } = useEventSource('/inbox', options)
  return data.map(({ subject }, index) => <p key={index}>{subject}</p>)
}
