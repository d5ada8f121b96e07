import { quickThenSpread } from './backoff.ts'
import { TautlineError } from './errors.ts'
import type { HeartbeatPolicy } from './heartbeat.ts'
import type { Policy } from './lifecycle-types.ts'
import type { CommonOptions } from './types.ts'

type Options = Pick<CommonOptions<unknown, unknown>, 'retry' | 'timeout' | 'linger' | 'pause'>

/** The type of each option, by path; the strings are what a message says. A group has a row too: `timeout: 5000` is a slip. */
const COMMON: Readonly<Record<string, string>> = {
  timeout: 'object',
  retry: 'object|false',
  pause: 'object',
  enabled: 'boolean',
  share: 'boolean',
  shareKey: 'string',
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
 * Checks options against a table of types by path: `number` (not negative), or what is allowed of `typeof`s and words.
 *
 * @throws TautlineError `bad-option`
 */
export function checkOptions(options: object, own: Readonly<Record<string, string>>): void {
  for (const table of [COMMON, own]) {
    for (const path in table) check(options, path, table[path] ?? '')
  }
  for (const key in options) {
    if (/^on[A-Z]/.test(key)) check(options, key, 'function')
  }
}

function check(options: object, path: string, wanted: string): void {
  let value: unknown = options
  for (const key of path.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[key]
  if (value === undefined) return
  if (wanted === 'number') {
    if (typeof value === 'number' && value >= 0) return
  } else if (
    wanted.split('|').some((word) => word === (value === false ? 'false' : value) || word === typeof value)
  )
    return
  throw new TautlineError(
    'bad-option',
    `Option ${path} is ${show(value)}; it should be ${describe(wanted)}`,
    { option: path },
  )
}

const describe = (wanted: string) =>
  wanted === 'number' ? 'a number, 0 or more' : wanted.replaceAll('|', ' or ')

/** Values may be secrets: only numbers, booleans and short words are shown. */
const show = (value: unknown) =>
  typeof value === 'number' || value === null ? String(value) : `of type ${typeof value}`

const defaultDelay = quickThenSpread()

/** What the machine is told of a hook's options. Times in ms. */
export function policyOf(
  options: Options,
  heartbeat: HeartbeatPolicy | undefined,
  renewable: boolean,
): Policy {
  const retry = options.retry === false ? { limit: 0 } : (options.retry ?? {})
  return {
    limit: retry.limit ?? Number.POSITIVE_INFINITY,
    delay: retry.delay ?? defaultDelay,
    when: retry.when,
    renewable,
    connectTimeout: options.timeout?.connect ?? 10_000,
    stableAfter: 5000,
    linger: options.linger ?? 1000,
    pauseOffline: options.pause?.offline ?? true,
    pauseHidden: options.pause?.hidden ?? false,
    heartbeat,
  }
}
