import { useSyncExternalStore } from 'react'
import type { Pictures } from './picture.ts'
import { type User, initialsOf } from './user.ts'

/** The picture of somebody, or two letters. */
export function Avatar(props: {
  readonly user: Pick<User, 'id' | 'name' | 'role'>
  readonly pictures: Pictures
}) {
  const { user, pictures } = props
  useSyncExternalStore(pictures.subscribe, pictures.getSnapshot)
  const picture = pictures.get(user.id)
  return (
    <span className="avatar" data-role={user.role} aria-hidden="true">
      {picture === undefined ? initialsOf(user.name) : <img src={picture} alt="" />}
    </span>
  )
}
