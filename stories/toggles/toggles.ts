import { type TautlineError, json } from '@tautline/core'
import type { Role, User } from '../users/user.ts'

export interface UserPage {
  readonly items: readonly User[]
}

const pageCodec = json<UserPage>()
export const userCodec = json<User>()

export const listOptions = {
  codec: pageCodec,
  query: { q: 'casablanca', sort: 'name', limit: 6 },
} as const

export const mayEdit = ({ role }: User): boolean => role !== 'viewer'

export const roleFor = (isOn: boolean): Role => (isOn ? 'editor' : 'viewer')

/** The list after a click. It sets the new value instead of inverting the current one, so that clicks may overlap. */
export const withRole =
  (id: number, role: Role) =>
  ({ items }: UserPage = { items: [] }): UserPage => ({
    items: items.map((user) => (user.id === id ? { ...user, role } : user)),
  })

/** Sends the writes of one switch one after the other, because requests may overtake each other. */
export function createQueue() {
  let last: Promise<unknown> = Promise.resolve()
  return <Result>(write: () => Promise<Result>): Promise<Result> => {
    const result = last.then(write, write)
    last = result
    return result
  }
}

/** Why a switch went back. */
export const errorText = (error: TautlineError): string =>
  error.code === 'http' ? `Not saved (status ${error.status})` : error.message
