import { useFetch } from '@tautline/react'
import { useState } from 'react'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import type { Pictures } from './picture.ts'
import { Avatar } from './react-avatar.tsx'
import { UserForm } from './react-user-form.tsx'
import { type Draft, NEW, type Row, type UserPage, lastPageOf, listOptions, rangeOf } from './user.ts'
import { withDraft, without } from './user.ts'

export interface UsersProps {
  /** The origin of the server. */
  readonly server: string
  readonly pictures: Pictures
}

/** The list, with optimistic updates: all lists on the page show a change at once, and undo it if the request fails. */
function useUserList(url: string) {
  const [q, setQ] = useState('')
  const [page, setPage] = useState(1)
  const list = useFetch(url, listOptions(q, page))
  return {
    list,
    q,
    page,
    setPage,
    search(text: string): void {
      setQ(text)
      setPage(1)
    },
    saved: (id: number, draft: Draft, rollback: Promise<unknown>) =>
      void list.mutate(withDraft(id, draft), { rollback }),
    removed: (id: number, rollback: Promise<unknown>) => void list.mutate(without(id), { rollback }),
  }
}

export function ReactUsers({ server, pictures }: UsersProps) {
  const { list, q, page, setPage, search, saved, removed } = useUserList(`${server}/users`)
  const { data, status, error, isFetching } = list
  const [editing, setEditing] = useState<number>()
  const create = (): void => {
    search('')
    setEditing(NEW)
  }
  return (
    <Panel
      title="React"
      detail="useFetch"
      aside={<StatusPill status={status === 'success' && isFetching ? 'pending' : status} />}
      className="users"
    >
      <div className="users-tools">
        <input
          className="field"
          type="search"
          aria-label="Search in React"
          placeholder="Name, email or city"
          value={q}
          onChange={(event) => search(event.target.value)}
        />
        <button className="button" onClick={create}>
          New user
        </button>
      </div>
      <People page={data} stale={status === 'pending'} pictures={pictures} edit={setEditing} />
      <Pager page={data} at={page} go={setPage} error={error} />
      {editing !== undefined && (
        <UserForm
          key={editing}
          server={server}
          id={editing}
          user={data?.items.find(({ id }) => id === editing)}
          pictures={pictures}
          saved={saved}
          removed={removed}
          close={() => setEditing(undefined)}
        />
      )}
    </Panel>
  )
}

function People(props: {
  readonly page: UserPage | undefined
  readonly stale: boolean
  readonly pictures: Pictures
  readonly edit: (id: number) => void
}) {
  const { page, stale, pictures, edit } = props
  return (
    <ul className="people" aria-label="Users in React" aria-busy={stale}>
      {page?.items.map((user) => (
        <Person key={user.id} user={user} pictures={pictures} edit={edit} />
      ))}
    </ul>
  )
}

function Person(props: {
  readonly user: Row
  readonly pictures: Pictures
  readonly edit: (id: number) => void
}) {
  const { user, pictures, edit } = props
  const { id, name, email, role, city, unsaved } = user
  return (
    <li data-unsaved={unsaved}>
      <button className="person" onClick={() => edit(id)} disabled={id === NEW}>
        <Avatar user={user} pictures={pictures} />
        <span className="person-who">
          <b>{name}</b>
          <span>{email}</span>
        </span>
        <span className="person-city">{city}</span>
        <span className="role" data-role={role}>
          {unsaved ? 'saving' : role}
        </span>
      </button>
    </li>
  )
}

function Pager(props: {
  readonly page: UserPage | undefined
  readonly at: number
  readonly go: (page: number) => void
  readonly error: Error | undefined
}) {
  const { page, at, go, error } = props
  return (
    <div className="users-pager">
      <button className="button" disabled={at === 1} onClick={() => go(at - 1)}>
        Previous
      </button>
      <span className="note" role="status">
        {error ? error.message : page && rangeOf(page, at)}
      </span>
      <button className="button" disabled={!page || at >= lastPageOf(page)} onClick={() => go(at + 1)}>
        Next
      </button>
    </div>
  )
}
