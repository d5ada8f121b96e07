import { TautlineError } from '../shared/errors.ts'
import type { CommonOptions } from './options.ts'

export type PolicyOptions = Pick<CommonOptions<unknown, unknown>, 'retry' | 'timeout' | 'closeDelay'> & {
  readonly pause?:
    | { readonly hidden?: boolean | number | undefined; readonly offline?: boolean | undefined }
    | undefined
}

/** The type of each option, by path, as error messages show it. Groups are included, to reject `timeout: 5000`. */
const commonOptionTypes: Readonly<Record<string, string>> = {
  timeout: 'object',
  retry: 'object|false',
  pause: 'object',
  enabled: 'boolean',
  share: 'boolean',
  key: 'string',
  providerKey: 'string',
  reduce: 'function',
  select: 'function',
  closeDelay: 'number',
  'timeout.connect': 'number|false',
  'retry.limit': 'number',
  'retry.delay': 'function',
  'retry.when': 'function',
  'pause.hidden': 'boolean',
  'pause.offline': 'boolean',
  notify: 'frame|microtask|sync',
}

/**
 * Checks options against a table of types by path: `number` (not negative), `positive`, or types, literals and
 * functions that create the value (`pings()`), separated by `|`.
 *
 * @throws TautlineError `bad-option`
 */
export function validateOptions(options: object, ownOptionTypes: Readonly<Record<string, string>>): void {
  const expectedTypeOf = (path: string) => ownOptionTypes[path] ?? commonOptionTypes[path]
  for (const [name, value] of Object.entries(options)) {
    const expected = expectedTypeOf(name) ?? (/^on[A-Z]/.test(name) ? 'function' : undefined)
    validateOption(name, value, expected)
    if (name === 'codec') validateCodec(name, value, 'decode')
    // A group of options.
    if (!expected?.startsWith('object') || !value) continue
    for (const inner in value)
      validateOption(`${name}.${inner}`, value[inner], expectedTypeOf(`${name}.${inner}`))
  }
}

/** Some schemas have such methods too, with another meaning. @throws TautlineError `bad-option` */
export function validateCodec(option: string, codec: unknown, method: 'decode' | 'encode'): void {
  if (codec !== undefined && ('~standard' in Object(codec) || !(method in Object(codec)))) {
    const text = `Option ${option} is a schema or has no ${method}(): use json(schema)`
    throw new TautlineError('bad-option', text, { option })
  }
}

function validateOption(path: string, value: unknown, expected: string | undefined): void {
  if (value === undefined || !expected) return
  const literal = value === false ? 'false' : value
  const isAllowed = (type: string) => {
    if (type === 'number') return typeof value === 'number' && value >= 0
    if (type === 'positive') return typeof value === 'number' && value > 0
    return (
      type === literal ||
      type === creatorOf(value) ||
      (/^(object|function|boolean|string)$/.test(type) && typeof value === type)
    )
  }
  if (expected.split('|').some(isAllowed)) return
  throw new TautlineError(
    'bad-option',
    `Option ${path} is ${describeValue(value, expected)}; it should be ${describeType(expected)}`,
    {
      option: path,
    },
  )
}

const creatorOf = (value: unknown) => `${String(Object(value).kind)}()`

const describeType = (expected: string) =>
  expected
    .replaceAll('|', ' or ')
    .replace('number', 'a number, 0 or more')
    .replace('positive', 'a number above 0')

/** Describes a value without its content, which may be secret. Shows only null, and numbers that are out of range. */
const describeValue = (value: unknown, expected: string) =>
  value === null || (typeof value === 'number' && /number|positive/.test(expected))
    ? String(value)
    : `of type ${typeof value}`

/** Returns whether one of these options has changed. */
export function hasChanged(names: readonly string[], before: object, after: object): boolean {
  const valueOf = (options: object, name: string) => (options as Record<string, unknown>)[name]
  return names.some((name) => valueOf(before, name) !== valueOf(after, name))
}
