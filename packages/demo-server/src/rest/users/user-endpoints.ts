import { type HttpRequest } from '../../http.ts'
import { type Exchange } from '../../http-router.ts'
import { type Fields } from '../../input.ts'
import { Problem } from '../../problem.ts'
import { jsonResponse, type WholeResponse } from '../../whole-response.ts'
import { readCaching, type RestEndpoint } from '../rest-endpoint.ts'
import { checkUnchanged, etagOf, withEtag } from '../validators.ts'
import { type IdempotencyKeys, readIdempotencyKey } from './idempotency.ts'
import { mergePatch } from './merge-patch.ts'
import { readUser, type User } from './user.ts'
import { listUsers } from './user-list.ts'
import { type UserTable } from './user-table.ts'

const JSON_TYPES = ['application/json']
const PATCH_TYPES = ['application/merge-patch+json', ...JSON_TYPES]

const userResponse = (
  user: User,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): WholeResponse => withEtag(jsonResponse(user, headers, status))

const etagOfUser = (user: User): string => etagOf(jsonResponse(user).body)

function checkType({ headers }: HttpRequest, types: readonly string[]): void {
  const [type = ''] = (headers['content-type'] ?? '').split(';')
  if (types.includes(type.trim().toLowerCase())) return
  throw new Problem(415, 'unsupported-type', `The body must be ${types.join(' or ')}`, 'Content-Type')
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new Problem(400, 'bad-json', 'The text is not JSON')
  }
}

/** @throws Problem 404 */
function findUser(table: UserTable, parameters: Fields): User {
  const id = parameters.text('id', { min: 0, max: 2_000 })
  const user = /^\d{1,15}$/.test(id) ? table.byId(Number(id)) : undefined
  if (user === undefined) throw new Problem(404, 'not-found', `There is no user ${id.slice(0, 40)}`, 'id')
  return user
}

/** @throws Problem 409 when another user has the email address. */
function checkEmail(table: UserTable, email: string, id?: number): void {
  const owner = table.idOfEmail(email)
  if (owner === undefined || owner === id) return
  throw new Problem(409, 'conflict', `${email} belongs to another user`, 'email')
}

/** Handles PUT and PATCH. `write` creates the new state from the old one and the body. */
async function change(
  table: UserTable,
  { request, parameters, bytes }: Exchange,
  types: readonly string[],
  write: (before: User, body: unknown) => unknown,
): Promise<WholeResponse> {
  checkType(request, types)
  const body = await bytes()
  // Read after the body, because another request may have changed the user meanwhile.
  const before = findUser(table, parameters)
  checkUnchanged(request, etagOfUser(before))
  const input = readUser(write(before, parse(body)))
  checkEmail(table, input.email, before.id)
  return userResponse(table.update(before.id, input) ?? before)
}

function remove(table: UserTable, { request, parameters }: Exchange): WholeResponse {
  const user = findUser(table, parameters)
  checkUnchanged(request, etagOfUser(user))
  table.remove(user.id)
  return { status: 204, headers: {}, body: '' }
}

async function create(
  table: UserTable,
  keys: IdempotencyKeys,
  { request, bytes }: Exchange,
): Promise<WholeResponse> {
  checkType(request, JSON_TYPES)
  const key = readIdempotencyKey(request)
  const body = await bytes()
  return keys.once(key, body, () => {
    const input = readUser(parse(body))
    checkEmail(table, input.email)
    const user = table.insert(input)
    return userResponse(user, { Location: `/users/${user.id}` }, 201)
  })
}

/** The users as an HTTP collection, with conditional requests, merge patches and idempotency keys. */
export function createUserEndpoints(table: UserTable, keys: IdempotencyKeys): readonly RestEndpoint[] {
  return [
    {
      path: '/users',
      methods: ['GET', 'POST'],
      handle: (exchange) =>
        exchange.request.method === 'POST' ? create(table, keys, exchange) : listUsers(table, exchange),
    },
    {
      path: '/users/:id',
      methods: ['GET', 'PUT', 'PATCH', 'DELETE'],
      handle(exchange) {
        const { request, parameters } = exchange
        switch (request.method) {
          case 'PUT':
            return change(table, exchange, JSON_TYPES, (_, body) => body)
          case 'PATCH':
            return change(table, exchange, PATCH_TYPES, mergePatch)
          case 'DELETE':
            return remove(table, exchange)
          default:
            return userResponse(findUser(table, parameters), readCaching(parameters))
        }
      },
    },
  ]
}
