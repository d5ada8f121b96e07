import { bearer, forgetUser, json } from '@tautline/core'
import { TautlineProvider, useFetch } from '@tautline/react'
import { useEffect, useState } from 'react'

const API = 'https://api.example/v1'

let token: string | undefined // the access token, in memory only
let endSession = () => {}

/** The refresh token is an HttpOnly cookie of the API, so this request needs `credentials`. */
async function renew(): Promise<string> {
  const response = await fetch(`${API}/session/refresh`, { method: 'POST', credentials: 'include' })
  if ([400, 401, 403].includes(response.status)) endSession()
  if (!response.ok) throw new Error(`No new token: status ${response.status}`)
  const body = (await response.json()) as { readonly token: string } // our own API sends it
  return (token = body.token)
}

/** After a 401, one call gets a new token for all waiting requests. */
const auth = bearer(({ previous }) => {
  const isRejected = previous?.code === 'http' && previous.status === 401
  return token !== undefined && !isRejected ? token : renew()
})

const Order = json<{ readonly id: number; readonly total: string }[]>()

/** Sends GET https://api.example/v1/orders. */
function Orders() {
  const { data, error } = useFetch('/orders', { codec: Order })
  return <p>{error?.message ?? data?.length}</p>
}

export function App({ remembered }: { readonly remembered?: string }) {
  const [user, setUser] = useState(remembered)
  useEffect(() => {
    endSession = () => {
      token = undefined
      setUser(undefined)
      void forgetUser() // aborts the waiting requests, and deletes what they have shown
    }
  }, [])
  if (user === undefined) return <a href="/login">Log in</a>
  return (
    <TautlineProvider options={{ key: user, fetch: { baseUrl: API, headers: auth } }}>
      <Orders />
    </TautlineProvider>
  )
}
