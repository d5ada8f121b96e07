import { mergePatch } from '../../packages/demo-server/src/rest/users/merge-patch.ts'
import { seeds } from '../../packages/demo-server/src/rest/users/seed.ts'
import { type User, readUser } from '../../packages/demo-server/src/rest/users/user.ts'
import { Problem } from '../../packages/demo-server/src/problem.ts'
import {
  type RestAnswer,
  type RestExchange,
  cachingOf,
  etagOf,
  jsonAnswer,
  restEndpoint,
  withEtag,
} from './rest.ts'

const seeded = (): User[] => seeds().map((person, index) => ({ id: index + 1, ...person }))

let users = seeded()
let lastId = users.length
/** What was created under a key that the page chose. */
const created = new Map<string, RestAnswer>()

const searchOf = ({ name, email, city }: User): string => [name, email, city ?? ''].join('\n').toLowerCase()

type SortKey = 'id' | 'name' | 'email' | 'role' | 'city' | 'updatedAt'

function compare(one: User, other: User, key: SortKey): number {
  const [a, b] = [one[key] ?? '', other[key] ?? '']
  return a < b ? -1 : a > b ? 1 : one.id - other.id
}

/** A cursor is the ID behind which the next page begins. */
const cursorOf = ({ id }: User): string => btoa(`behind ${id}`)
const placeOf = (cursor: string, found: readonly User[]): number =>
  found.findIndex((user) => cursorOf(user) === cursor) + 1

function list({ query }: RestExchange): RestAnswer {
  const limit = Number(query.get('limit') ?? 20)
  const sort = query.get('sort') ?? 'id'
  const key = sort.replace(/^-/, '') as SortKey // stories ask for no other
  const wanted = (query.get('q') ?? '').toLowerCase()
  const found = users
    .filter((user) => searchOf(user).includes(wanted))
    .toSorted((one, other) => compare(one, other, key) * (sort.startsWith('-') ? -1 : 1))
  const after = query.get('after')
  const page = Number(query.get('page') ?? 1)
  const from = after === null ? (page - 1) * limit : placeOf(after, found)
  const items = found.slice(from, from + limit)
  const last = items.at(-1)
  const next = last !== undefined && from + limit < found.length ? cursorOf(last) : null
  const body = { items, total: found.length, ...(after === null && { page }), next }
  return withEtag(jsonAnswer(body, cachingOf(query)))
}

const userAnswer = (user: User, headers: Readonly<Record<string, string>> = {}, status = 200): RestAnswer =>
  withEtag(jsonAnswer(user, headers, status))

function userOf({ params }: RestExchange): User {
  const { id } = params
  const user = users.find((each) => `${each.id}` === id)
  if (user === undefined) throw new Problem(404, 'not-found', `There is no user ${id}`, 'id')
  return user
}

function checkEmail(email: string, id?: number): void {
  if (users.every((user) => user.email !== email || user.id === id)) return
  throw new Problem(409, 'conflict', `${email} belongs to somebody else`, 'email')
}

function checkUnchanged({ request }: RestExchange, user: User): void {
  const wanted = request.headers.get('if-match')
  const etag = etagOf(jsonAnswer(user).body)
  if (wanted === null || wanted === '*' || wanted === etag) return
  throw new Problem(412, 'changed', 'It is not what you have seen any more', { headers: { ETag: etag } })
}

async function create({ request }: RestExchange): Promise<RestAnswer> {
  const key = request.headers.get('idempotency-key')
  const before = key === null ? undefined : created.get(key)
  if (before !== undefined) return before
  const input = readUser(await request.json())
  checkEmail(input.email)
  const user = { ...input, id: (lastId += 1), version: 1, updatedAt: new Date().toISOString() }
  users.push(user)
  const answer = userAnswer(user, { Location: `/users/${user.id}` }, 201)
  if (key !== null) created.set(key, answer)
  return answer
}

const change =
  (write: (before: User, body: unknown) => unknown) =>
  async (exchange: RestExchange): Promise<RestAnswer> => {
    const body: unknown = await exchange.request.json()
    const before = userOf(exchange)
    checkUnchanged(exchange, before)
    const input = readUser(write(before, body))
    checkEmail(input.email, before.id)
    const { id, version } = before
    const user = { ...input, id, version: version + 1, updatedAt: new Date().toISOString() }
    users = users.map((each) => (each.id === id ? user : each))
    return userAnswer(user)
  }

function remove(exchange: RestExchange): RestAnswer {
  const user = userOf(exchange)
  checkUnchanged(exchange, user)
  users = users.filter((each) => each !== user)
  return { status: 204 }
}

function reset(): RestAnswer {
  users = seeded()
  created.clear()
  return jsonAnswer({ total: users.length })
}

export const userEndpoints = [
  restEndpoint('get', '/users', list),
  restEndpoint('post', '/users', create),
  restEndpoint('get', '/users/:id', (exchange) => userAnswer(userOf(exchange), cachingOf(exchange.query))),
  restEndpoint(
    'put',
    '/users/:id',
    change((_, body) => body),
  ),
  restEndpoint('patch', '/users/:id', change(mergePatch)),
  restEndpoint('delete', '/users/:id', remove),
  restEndpoint('post', '/control/users/reset', reset),
]
