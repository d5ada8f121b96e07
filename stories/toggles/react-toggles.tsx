import { useFetch } from '@tautline/react'
import { useState } from 'react'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import type { Role, User } from '../users/user.ts'
import { createQueue, errorText, listOptions, mayEdit, roleFor, userCodec, withRole } from './toggles.ts'

export function ReactToggles({ server }: { readonly server: string }) {
  const url = `${server}/users`
  const { data, status, error, mutate } = useFetch(url, listOptions)
  // An optimistic update: all lists on the page show the change at once, and undo it if the request fails.
  const change = (id: number, role: Role, rollback: Promise<unknown>): void =>
    void mutate(withRole(id, role), { rollback })
  return (
    <Panel title="React" detail="useFetch" aside={<StatusPill status={status} />}>
      <ul className="toggles" aria-label="Editors in React">
        {data?.items.map((user) => (
          <Toggle key={user.id} url={url} user={user} change={change} />
        ))}
      </ul>
      {error && (
        <p className="toggle-error" role="alert">
          {error.message}
        </p>
      )}
    </Panel>
  )
}

/** A row has its own hook for writes, so it shows only its own error. */
function Toggle(props: {
  readonly url: string
  readonly user: User
  readonly change: (id: number, role: Role, rollback: Promise<unknown>) => void
}) {
  const { url, user, change } = props
  const { id, name, city } = user
  const save = useFetch(`${url}/${id}`, {
    method: 'PATCH',
    enabled: false,
    codec: userCodec,
    invalidates: [url],
  })
  const [inOrder] = useState(createQueue)
  const isOn = mayEdit(user)
  const toggle = (): void => {
    const role = roleFor(!isOn)
    change(
      id,
      role,
      inOrder(() => save.execute({ json: { role } })),
    )
  }
  return (
    <li>
      <b>{name}</b>
      <span className="note" role="status">
        {save.isFetching ? 'Saving …' : save.error ? errorText(save.error) : city}
      </span>
      <button
        className="switch"
        role="switch"
        aria-checked={isOn}
        aria-label={`${name} may edit, in React`}
        disabled={user.role === 'admin'}
        onClick={toggle}
      />
    </li>
  )
}
