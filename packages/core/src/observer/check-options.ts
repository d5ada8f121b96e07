import { TautlineError } from '../shared/errors.ts'
import type { CommonOptions } from './options.ts'

export type Options = Pick<CommonOptions<unknown, unknown>, 'retry' | 'timeout' | 'linger'> & {
  readonly pause?:
    | { readonly hidden?: boolean | number | undefined; readonly offline?: boolean | undefined }
    | undefined
}

/** The type of each option, by path; the strings are what a message says. A group has a row too: `timeout: 5000` is a slip. */
const COMMON: Readonly<Record<string, string>> = {
  timeout: 'object',
  retry: 'object|false',
  pause: 'object',
  enabled: 'boolean',
  share: 'boolean',
  key: 'string',
  providerKey: 'string',
  reduce: 'function',
  select: 'function',
  linger: 'number',
  'timeout.connect': 'number',
  'retry.limit': 'number',
  'retry.delay': 'function',
  'retry.when': 'function',
  'pause.hidden': 'boolean',
  'pause.offline': 'boolean',
  notify: 'frame|microtask|sync',
}

/**
 * Checks options against a table of types by path: `number` (not negative), `positive`, or what is allowed of `typeof`s and words.
 *
 * @throws TautlineError `bad-option`
 */
export function checkOptions(options: object, own: Readonly<Record<string, string>>): void {
  const table = (path: string) => own[path] ?? COMMON[path]
  for (const [name, value] of Object.entries(options)) {
    const wanted = table(name) ?? (/^on[A-Z]/.test(name) ? 'function' : undefined)
    check(name, value, wanted)
    // A group of options.
    if (!wanted?.startsWith('object') || !value) continue
    for (const inner in value) check(`${name}.${inner}`, value[inner], table(`${name}.${inner}`))
  }
}

function check(path: string, value: unknown, wanted: string | undefined): void {
  if (value === undefined || !wanted) return
  const word = value === false ? 'false' : value
  const fits = (one: string) => {
    if (one === 'number') return typeof value === 'number' && value >= 0
    if (one === 'positive') return typeof value === 'number' && value > 0
    return one === word || (/^(object|function|boolean|string)$/.test(one) && typeof value === one)
  }
  if (wanted.split('|').some(fits)) return
  throw new TautlineError(
    'bad-option',
    `Option ${path} is ${show(value, wanted)}; it should be ${describe(wanted)}`,
    {
      option: path,
    },
  )
}

const describe = (wanted: string) =>
  ({ number: 'a number, 0 or more', positive: 'a number above 0' })[wanted] ?? wanted.replaceAll('|', ' or ')

/** Values may be secrets, also a number in the place of a key: only what is out of range is shown. */
const show = (value: unknown, wanted: string) =>
  value === null || (typeof value === 'number' && /number|positive/.test(wanted))
    ? String(value)
    : `of type ${typeof value}`

/** Is one of these options another one? */
export function differIn(names: readonly string[], before: object, after: object): boolean {
  const valueOf = (options: object, name: string) => (options as Record<string, unknown>)[name]
  return names.some((name) => valueOf(before, name) !== valueOf(after, name))
}
