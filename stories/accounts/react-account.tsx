import type { FetchStatus, Status } from '@tautline/core'
import { useEventSource, useFetch, useLongPoll, useWebSocket } from '@tautline/react'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import {
  type Addresses,
  type Row,
  eventsOptions,
  pollOptions,
  profileOptions,
  profileRow,
  rowOf,
  socketOptions,
} from './account-hooks.ts'

/** Four hooks that show data of the logged-in user. */
export function ReactAccount(props: { readonly at: Addresses; readonly user: string | undefined }) {
  const { at, user } = props
  // A page cannot read the cookie. The key separates what belongs to different users.
  const ofUser = { enabled: user !== undefined, key: user }
  const socket = useWebSocket(at.socket, { ...socketOptions, ...ofUser })
  const events = useEventSource(at.events, { ...eventsOptions, ...ofUser })
  const poll = useLongPoll(at.poll, { ...pollOptions, ...ofUser })
  const profile = useFetch(at.profile, { ...profileOptions, ...ofUser })
  return (
    <Panel title="React" detail="four hooks, one session">
      <ul className="account-hooks" aria-label="Hooks in React">
        <HookRow row={rowOf('useWebSocket', socket.data, 'message')} status={socket.status} />
        <HookRow row={rowOf('useEventSource', events.data, 'event')} status={events.status} />
        <HookRow row={rowOf('useLongPoll', poll.data, 'response')} status={poll.status} />
        <HookRow row={profileRow(profile.data)} status={profile.status} />
      </ul>
    </Panel>
  )
}

function HookRow({ row, status }: { readonly row: Row; readonly status: Status | FetchStatus }) {
  const { hook, user, last } = row
  return (
    <li data-user={user}>
      <code>{hook}</code>
      <StatusPill status={status} />
      <strong>{user ?? 'no user'}</strong>
      <span className="note">{last ?? 'no data'}</span>
    </li>
  )
}
