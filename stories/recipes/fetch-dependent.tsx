import { json } from '@tautline/core'
import { useFetch } from '@tautline/react'

const me = json<{ readonly team: string }>()
const team = json<{ readonly name: string }>()

/** No URL, no request: the second one waits for what the first one says. */
export function MyTeam() {
  const { data: account } = useFetch('/api/me', { codec: me })
  const { data } = useFetch(account && `/api/teams/${account.team}`, { codec: team })
  return <p>{data?.name ?? '…'}</p>
}
