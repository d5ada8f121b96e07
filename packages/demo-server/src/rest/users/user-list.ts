import { type Exchange } from '../../http-router.ts'
import { type Fields } from '../../input.ts'
import { Problem } from '../../problem.ts'
import { jsonAnswer, type WholeAnswer } from '../../whole-answer.ts'
import { readCaching } from '../rest-endpoint.ts'
import { withEtag } from '../validators.ts'
import { type Place, type SortKey, sortKeys, type UserQuery, type UserTable } from './user-table.ts'

const PAGE = { min: 1, max: 1_000_000 }
const LIMIT = { min: 1, max: 100 }
const USUAL_LIMIT = 20

interface Sorting {
  readonly sort: SortKey
  readonly descending: boolean
}

const descendingKeys = sortKeys.map((key) => `-${key}` as const)

/** `name`, or `-name` from the last one on. */
function readSorting(parameters: Fields): Sorting {
  const wish = parameters.choice('sort', [...sortKeys, ...descendingKeys], 'id')
  const sort = sortKeys.find((key) => wish === key || wish === `-${key}`) ?? 'id'
  return { sort, descending: wish.startsWith('-') }
}

/** What a client gets to hold, and cannot read anything into. */
const cursorOf = ({ sort, descending }: Sorting, { key, id }: Place): string =>
  Buffer.from(JSON.stringify([sort, descending, key, id])).toString('base64url')

/** @throws Problem when the cursor is not one of this order. */
function readCursor(text: string, { sort, descending }: Sorting): Place {
  const bad = new Problem(400, 'bad-input', 'This is no cursor of a list in this order', 'after')
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

interface Wish {
  readonly query: UserQuery
  readonly sorting: Sorting
  /** Undefined where a cursor says where to begin. */
  readonly page: number | undefined
}

function readWish(parameters: Fields): Wish {
  const sorting = readSorting(parameters)
  const limit = parameters.integer('limit', LIMIT, USUAL_LIMIT)
  const q = parameters.text('q', { min: 0, max: 200 }, '')
  const wish = { q, ...sorting, limit }
  if (!parameters.has('after')) {
    const page = parameters.integer('page', PAGE, 1)
    return { query: { ...wish, after: undefined, offset: (page - 1) * limit }, sorting, page }
  }
  if (parameters.has('page')) {
    throw new Problem(400, 'bad-input', 'Either "page" or "after" says where to begin', 'after')
  }
  const after = readCursor(parameters.text('after', { min: 1, max: 1_000 }), sorting)
  return { query: { ...wish, after, offset: 0 }, sorting, page: undefined }
}

/** The next page by the same way as this one (RFC 8288), and without the fault that this one has suffered. */
function linkOf({ query }: Exchange, page: number | undefined, next: string): string {
  const kept = [...query].filter(([name]) => !/^(page|after|fault(-.*)?)$/.test(name))
  const place = page === undefined ? ['after', next] : ['page', String(page + 1)]
  const target = new URLSearchParams([...kept, place])
  return `</users?${target.toString()}>; rel="next"`
}

/** One page of the users that fit. @throws Problem */
export function listUsers(table: UserTable, exchange: Exchange): WholeAnswer {
  const { parameters } = exchange
  const { query, sorting, page } = readWish(parameters)
  const caching = readCaching(parameters)
  const found = table.find(query)
  const next = found.next === undefined ? null : cursorOf(sorting, found.next)
  const body = { items: found.items, total: found.total, ...(page !== undefined && { page }), next }
  const link = next === null ? {} : { Link: linkOf(exchange, page, next) }
  return withEtag(jsonAnswer(body, { ...caching, ...link }))
}
