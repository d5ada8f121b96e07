import { useSyncExternalStore } from 'react'
import type { Pictures } from './picture.ts'
import { type User, initialsOf } from './user.ts'

/** The picture of a user, or the initials. */
export function Avatar(props: {
  readonly user: Pick<User, 'id' | 'name' | 'role'>
  readonly pictures: Pictures
}) {
  const { user, pictures } = props
  const picture = useSyncExternalStore(pictures.subscribe, pictures.getSnapshot).get(user.id)
  return (
    <span className="avatar" data-role={user.role} aria-hidden="true">
      {picture === undefined ? initialsOf(user.name) : <img src={picture} alt="" />}
    </span>
  )
}
