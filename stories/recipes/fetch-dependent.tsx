import { json } from '@tautline/core'
import { useFetch } from '@tautline/react'

const me = json<{ readonly team: string }>()
const team = json<{ readonly name: string }>()

/** The second request has no URL until the first response has arrived, so it waits. */
export function MyTeam() {
  const { data: account } = useFetch('/api/me', { codec: me })
  const { data } = useFetch(account && `/api/teams/${account.team}`, { codec: team })
  return <p>{data?.name ?? '…'}</p>
}
