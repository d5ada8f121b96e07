import { type DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import { seeds } from './seed.ts'
import { openDatabase } from './user-statements.ts'
import { type Role, roles, type User, type UserInput } from './user.ts'

export const sortKeys = ['id', 'name', 'email', 'role', 'city', 'updatedAt'] as const
export type SortKey = (typeof sortKeys)[number]

/** A position in a sorted list: after the row with this key and id. */
export interface Position {
  readonly key: string
  readonly id: number
}

export interface UserQuery {
  /** The text to find in names, email addresses and cities. */
  readonly q: string
  /** Undefined: all of them. */
  readonly role: Role | undefined
  readonly sort: SortKey
  readonly descending: boolean
  readonly after: Position | undefined
  readonly offset: number
  readonly limit: number
}

export interface UserPage {
  readonly items: readonly User[]
  /** The number of users on all pages. */
  readonly total: number
  /** The position where the next page begins; undefined on the last page. */
  readonly next: Position | undefined
}

/** The users, stored in SQLite. */
export interface UserTable {
  find(query: UserQuery): UserPage
  byId(id: number): User | undefined
  idOfEmail(email: string): number | undefined
  insert(user: UserInput): User
  update(id: number, user: UserInput): User | undefined
  remove(id: number): boolean
  count(): number
  /** Restores the initial users, and returns their number. */
  reset(): number
  /** Closes the database. Further calls do nothing. */
  close(): void
}

type Row = Readonly<Record<string, SQLOutputValue>>

const userOf = (row: Row): User => ({
  id: Number(row['id']),
  name: String(row['name']),
  email: String(row['email']),
  role: roles.find((role) => role === row['role']) ?? 'viewer',
  city: row['city'] === null ? null : String(row['city']),
  version: Number(row['version']),
  updatedAt: String(row['updatedAt']),
})

const positionOf = (row: Row): Position => ({ key: String(row['key']), id: Number(row['id']) })

const searchOf = ({ name, email, city }: UserInput): string =>
  [name, email, city ?? ''].join('\n').toLowerCase()

/** Runs `act` in a transaction. */
function transact(database: DatabaseSync, act: () => void): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    act()
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

/** @param path A file, which is created if necessary, or `:memory:`. @throws Error when the file is not a database. */
export function openUserTable(path: string): UserTable {
  const { database, ...statements } = openDatabase(path)
  const count = (q = '', role = ''): number => Number(statements.total.get({ q, role })?.['total'])
  const rowOf = (row: Row | undefined): User | undefined => (row === undefined ? undefined : userOf(row))

  function insert(user: Omit<User, 'id'>): User {
    const { name, email, role, city, version, updatedAt } = user
    const row = statements.insert.get({ name, email, role, city, version, updatedAt, search: searchOf(user) })
    if (row === undefined) throw new Error('SQLite did not return the inserted row')
    return userOf(row)
  }

  function reset(): number {
    transact(database, () => {
      statements.removeAll.run()
      statements.forgetIds.run()
      for (const person of seeds()) insert(person)
    })
    return count()
  }

  if (count() === 0) reset()
  return {
    find({ q, role = '', sort, descending, after, offset, limit }) {
      const { key = null, id = null } = after ?? {}
      const options = { q: q.toLowerCase(), role, sort, descending: Number(descending), key, id, offset }
      // One row more than requested shows whether there is a next page.
      const rows = statements.find.all({ ...options, limit: limit + 1 })
      const last = rows.length > limit ? rows[limit - 1] : undefined
      return {
        items: rows.slice(0, limit).map(userOf),
        total: count(options.q, role),
        next: last && positionOf(last),
      }
    },
    byId: (id) => rowOf(statements.byId.get(id)),
    idOfEmail(email) {
      const row = statements.byEmail.get(email)
      return row && Number(row['id'])
    },
    insert: (user) => insert({ ...user, version: 1, updatedAt: new Date().toISOString() }),
    update(id, { name, email, role, city }) {
      const search = searchOf({ name, email, role, city })
      const updatedAt = new Date().toISOString()
      return rowOf(statements.update.get({ id, name, email, role, city, search, updatedAt }))
    },
    remove: (id) => statements.remove.run(id).changes > 0,
    count: () => count(),
    reset,
    close() {
      if (database.isOpen) database.close()
    },
  }
}
