import { mergePatch } from '../../packages/demo-server/src/rest/users/merge-patch.ts'
import { seeds } from '../../packages/demo-server/src/rest/users/seed.ts'
import { type User, readUser } from '../../packages/demo-server/src/rest/users/user.ts'
import { Problem } from '../../packages/demo-server/src/problem.ts'
import {
  type RestResponse,
  type RestExchange,
  cachingOf,
  etagOf,
  jsonResponse,
  restEndpoint,
  withEtag,
} from './rest.ts'

const seeded = (): User[] => seeds().map((person, index) => ({ id: index + 1, ...person }))

let users = seeded()
let lastId = users.length
/** The response to each POST, by its idempotency key. */
const created = new Map<string, RestResponse>()

const searchTextOf = ({ name, email, city }: User): string =>
  [name, email, city ?? ''].join('\n').toLowerCase()

type SortKey = 'id' | 'name' | 'email' | 'role' | 'city' | 'updatedAt'

function compare(one: User, other: User, key: SortKey): number {
  const [a, b] = [one[key] ?? '', other[key] ?? '']
  return a < b ? -1 : a > b ? 1 : one.id - other.id
}

/** A cursor is the ID after which the next page begins. */
const cursorOf = ({ id }: User): string => btoa(`after ${id}`)
const indexAfter = (cursor: string, found: readonly User[]): number =>
  found.findIndex((user) => cursorOf(user) === cursor) + 1

function list({ query }: RestExchange): RestResponse {
  const limit = Number(query.get('limit') ?? 20)
  const sort = query.get('sort') ?? 'id'
  const key = sort.replace(/^-/, '') as SortKey // the stories send no other key
  const text = (query.get('q') ?? '').toLowerCase()
  const role = query.get('role')
  const found = users
    .filter((user) => searchTextOf(user).includes(text) && (role === null || user.role === role))
    .toSorted((one, other) => compare(one, other, key) * (sort.startsWith('-') ? -1 : 1))
  const after = query.get('after')
  const page = Number(query.get('page') ?? 1)
  const from = after === null ? (page - 1) * limit : indexAfter(after, found)
  const items = found.slice(from, from + limit)
  const last = items.at(-1)
  const next = last !== undefined && from + limit < found.length ? cursorOf(last) : null
  const body = { items, total: found.length, ...(after === null && { page }), next }
  return withEtag(jsonResponse(body, cachingOf(query)))
}

const userResponse = (
  user: User,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): RestResponse => withEtag(jsonResponse(user, headers, status))

function userOf({ params }: RestExchange): User {
  const { id } = params
  const user = users.find((each) => `${each.id}` === id)
  if (user === undefined) throw new Problem(404, 'not-found', `There is no user ${id}`, 'id')
  return user
}

function checkEmail(email: string, id?: number): void {
  if (users.every((user) => user.email !== email || user.id === id)) return
  throw new Problem(409, 'conflict', `${email} belongs to another user`, 'email')
}

function checkUnchanged({ request }: RestExchange, user: User): void {
  const ifMatch = request.headers.get('if-match')
  const etag = etagOf(jsonResponse(user).body)
  if (ifMatch === null || ifMatch === '*' || ifMatch === etag) return
  throw new Problem(412, 'changed', 'The resource has changed. Fetch it again', { headers: { ETag: etag } })
}

async function create({ request }: RestExchange): Promise<RestResponse> {
  const key = request.headers.get('idempotency-key')
  const earlier = key === null ? undefined : created.get(key)
  if (earlier !== undefined) return earlier
  const input = readUser(await request.json())
  checkEmail(input.email)
  const user = { ...input, id: (lastId += 1), version: 1, updatedAt: new Date().toISOString() }
  users.push(user)
  const response = userResponse(user, { Location: `/users/${user.id}` }, 201)
  if (key !== null) created.set(key, response)
  return response
}

const change =
  (write: (before: User, body: unknown) => unknown) =>
  async (exchange: RestExchange): Promise<RestResponse> => {
    const body: unknown = await exchange.request.json()
    const before = userOf(exchange)
    checkUnchanged(exchange, before)
    const input = readUser(write(before, body))
    checkEmail(input.email, before.id)
    const { id, version } = before
    const user = { ...input, id, version: version + 1, updatedAt: new Date().toISOString() }
    users = users.map((each) => (each.id === id ? user : each))
    return userResponse(user)
  }

function remove(exchange: RestExchange): RestResponse {
  const user = userOf(exchange)
  checkUnchanged(exchange, user)
  users = users.filter((each) => each !== user)
  return { status: 204 }
}

function reset(): RestResponse {
  users = seeded()
  created.clear()
  return jsonResponse({ total: users.length })
}

export const userEndpoints = [
  restEndpoint('get', '/users', list),
  restEndpoint('post', '/users', create),
  restEndpoint('get', '/users/:id', (exchange) => userResponse(userOf(exchange), cachingOf(exchange.query))),
  restEndpoint(
    'put',
    '/users/:id',
    change((_, body) => body),
  ),
  restEndpoint('patch', '/users/:id', change(mergePatch)),
  restEndpoint('delete', '/users/:id', remove),
  restEndpoint('post', '/control/users/reset', reset),
]
