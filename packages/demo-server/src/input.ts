import { Problem } from './problem.ts'

export interface Range {
  readonly min: number
  readonly max: number
}

/**
 * Reads untrusted input field by field. Every reader throws a Problem that names the field. A fallback makes the field
 * optional. Numbers and flags may be text, because a query string contains only text.
 */
export interface Fields {
  has(name: string): boolean
  text(name: string, length: Range, fallback?: string): string
  /** Reads text, or a number as text. For header values, which can be either. */
  textOrNumber(name: string, length: Range): string
  texts(name: string, items: Range, length: Range): readonly string[]
  /** Reads a list of objects. */
  objects(name: string, items: Range): readonly Fields[]
  integer(name: string, range: Range, fallback?: number): number
  /** Reads a list of whole numbers. */
  integers(name: string, items: Range, range: Range): readonly number[]
  /** Reads a whole number, or the given word. */
  integerOr<const T extends string>(name: string, word: T, range: Range, fallback: number): number | T
  choice<const T extends string>(name: string, choices: readonly T[], fallback?: T): T
  flag(name: string, fallback: boolean): boolean
  /** The names of the unread fields. */
  others(): readonly string[]
  /** Throws when a field is unread, so that a misspelt option does not silently get its default. */
  nothingElse(): void
}

const bad = (field: string, message: string): Problem => new Problem(400, 'bad-input', message, field)

function readText(name: string, value: unknown, length: Range): string {
  if (typeof value !== 'string') throw bad(name, `"${name}" must be text`)
  if (value.length < length.min || value.length > length.max) {
    throw bad(name, `"${name}" must have ${length.min} to ${length.max} characters`)
  }
  return value
}

function readList(name: string, value: unknown, items: Range): readonly unknown[] {
  if (!Array.isArray(value) || value.length < items.min || value.length > items.max) {
    throw bad(name, `"${name}" must be a list of ${items.min} to ${items.max} items`)
  }
  return value
}

function readInteger(name: string, value: unknown, range: Range): number {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value
  const fits = typeof number === 'number' && Number.isSafeInteger(number)
  if (!fits || number < range.min || number > range.max) {
    throw bad(name, `"${name}" must be a whole number from ${range.min} to ${range.max}`)
  }
  return number
}

function readChoice<T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === value)
  if (choice === undefined) throw bad(name, `"${name}" must be one of ${choices.join(', ')}`)
  return choice
}

function readFlag(name: string, value: unknown): boolean {
  if (value === true || value === 'true' || value === '1') return true
  if (value === false || value === 'false' || value === '0') return false
  throw bad(name, `"${name}" must be true or false`)
}

/** @throws Problem when the source is not an object with named fields. */
export function fieldsOf(source: unknown): Fields {
  if (typeof source !== 'object' || source === null || Array.isArray(source)) {
    throw new Problem(400, 'bad-input', 'The input must be a JSON object')
  }
  const values = new Map<string, unknown>(Object.entries(source))
  const readNames = new Set<string>()

  function read<T>(name: string, fallback: T | undefined, parse: (value: unknown) => T): T {
    readNames.add(name)
    const value = values.get(name)
    if (value !== undefined) return parse(value)
    if (fallback === undefined) throw bad(name, `"${name}" is missing`)
    return fallback
  }

  const others = (): readonly string[] =>
    [...values].filter(([name, value]) => value !== undefined && !readNames.has(name)).map(([name]) => name)

  return {
    has: (name) => values.get(name) !== undefined,
    text: (name, length, fallback) => read(name, fallback, (value) => readText(name, value, length)),
    textOrNumber: (name, length) =>
      read(name, undefined, (value) =>
        readText(name, typeof value === 'number' ? String(value) : value, length),
      ),
    texts: (name, items, length) =>
      read(name, undefined, (value) =>
        readList(name, value, items).map((item) => readText(name, item, length)),
      ),
    objects: (name, items) =>
      read(name, undefined, (value) => readList(name, value, items).map((item) => fieldsOf(item))),
    integer: (name, range, fallback) => read(name, fallback, (value) => readInteger(name, value, range)),
    integers: (name, items, range) =>
      read(name, undefined, (value) =>
        readList(name, value, items).map((item) => readInteger(name, item, range)),
      ),
    integerOr: (name, word, range, fallback) =>
      read<number | typeof word>(name, fallback, (value) =>
        value === word ? word : readInteger(name, value, range),
      ),
    choice: (name, choices, fallback) => read(name, fallback, (value) => readChoice(name, value, choices)),
    flag: (name, fallback) => read(name, fallback, (value) => readFlag(name, value)),
    others,
    nothingElse() {
      const [name] = others()
      if (name !== undefined) throw bad(name, `"${name}" is not an allowed field`)
    },
  }
}

/** @throws Problem when the text is not JSON, or not an object. */
export function fieldsOfJson(text: string): Fields {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Problem(400, 'bad-json', 'The text is not JSON')
  }
  return fieldsOf(value)
}

const camelCase = (name: string): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

/**
 * Reads the parameters with a prefix: `fault=refuse&fault-retry-after=2` becomes `{ fault: 'refuse', retryAfter: '2' }`.
 * Returns undefined when the query has none.
 */
export function ruleInQuery(query: URLSearchParams, prefix: string): Fields | undefined {
  const fault = query.get(prefix)
  if (fault === null) return undefined
  const options = [...query].filter(([name]) => name.startsWith(`${prefix}-`))
  const named = options.map(([name, value]) => [camelCase(name.slice(prefix.length + 1)), value])
  return fieldsOf({ ...Object.fromEntries(named), fault })
}
