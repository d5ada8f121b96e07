import { type Exchange } from '../../http-router.ts'
import { type Fields } from '../../input.ts'
import { Problem } from '../../problem.ts'
import { jsonResponse, type WholeResponse } from '../../whole-response.ts'
import { readCaching } from '../rest-endpoint.ts'
import { withEtag } from '../validators.ts'
import { type Position, type SortKey, sortKeys, type UserQuery, type UserTable } from './user-table.ts'
import { roles } from './user.ts'

const PAGE = { min: 1, max: 1_000_000 }
const LIMIT = { min: 1, max: 100 }
const DEFAULT_LIMIT = 20

interface Sorting {
  readonly sort: SortKey
  readonly descending: boolean
}

const descendingKeys = sortKeys.map((key) => `-${key}` as const)

/** Reads `?sort=name`, or `-name` for descending order. */
function readSorting(parameters: Fields): Sorting {
  const options = parameters.choice('sort', [...sortKeys, ...descendingKeys], 'id')
  const sort = sortKeys.find((key) => options === key || options === `-${key}`) ?? 'id'
  return { sort, descending: options.startsWith('-') }
}

/** Builds an opaque cursor. */
const cursorOf = ({ sort, descending }: Sorting, { key, id }: Position): string =>
  Buffer.from(JSON.stringify([sort, descending, key, id])).toString('base64url')

/** @throws Problem when the cursor belongs to another order. */
function readCursor(text: string, { sort, descending }: Sorting): Position {
  const bad = new Problem(400, 'bad-input', 'This is not a cursor of a list in this order', 'after')
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    throw bad
  }
  if (!Array.isArray(value)) throw bad
  const [wasSort, wasDescending, key, id]: unknown[] = value
  if (wasSort !== sort || wasDescending !== descending) throw bad
  if (typeof key !== 'string' || typeof id !== 'number' || !Number.isSafeInteger(id)) throw bad
  return { key, id }
}

interface ListOptions {
  readonly query: UserQuery
  readonly sorting: Sorting
  /** Undefined when the list begins at a cursor. */
  readonly page: number | undefined
}

function readListOptions(parameters: Fields): ListOptions {
  const sorting = readSorting(parameters)
  const limit = parameters.integer('limit', LIMIT, DEFAULT_LIMIT)
  const q = parameters.text('q', { min: 0, max: 200 }, '')
  const role = parameters.has('role') ? parameters.choice('role', roles) : undefined
  const options = { q, role, ...sorting, limit }
  if (!parameters.has('after')) {
    const page = parameters.integer('page', PAGE, 1)
    return { query: { ...options, after: undefined, offset: (page - 1) * limit }, sorting, page }
  }
  if (parameters.has('page')) {
    throw new Problem(400, 'bad-input', 'Use either "page" or "after", not both', 'after')
  }
  const after = readCursor(parameters.text('after', { min: 1, max: 1_000 }), sorting)
  return { query: { ...options, after, offset: 0 }, sorting, page: undefined }
}

/** Builds the `Link` to the next page (RFC 8288), with the same parameters except for a fault. */
function linkOf({ query }: Exchange, page: number | undefined, next: string): string {
  const otherParameters = [...query].filter(([name]) => !/^(page|after|fault(-.*)?)$/.test(name))
  const position = page === undefined ? ['after', next] : ['page', String(page + 1)]
  const target = new URLSearchParams([...otherParameters, position])
  return `</users?${target.toString()}>; rel="next"`
}

/** Responds with one page of the matching users. @throws Problem */
export function listUsers(table: UserTable, exchange: Exchange): WholeResponse {
  const { parameters } = exchange
  const { query, sorting, page } = readListOptions(parameters)
  const caching = readCaching(parameters)
  const found = table.find(query)
  const next = found.next === undefined ? null : cursorOf(sorting, found.next)
  const body = { items: found.items, total: found.total, ...(page !== undefined && { page }), next }
  const link = next === null ? {} : { Link: linkOf(exchange, page, next) }
  return withEtag(jsonResponse(body, { ...caching, ...link }))
}
