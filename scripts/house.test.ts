import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT, run } from './processes.ts'

// Lint checks the house rules. Each test breaks one rule in a file of an otherwise empty checkout, and lint has to report it
// with the rule's number.

const CORE = 'packages/core/src'
const REACT = 'packages/react/src'
const VUE = 'packages/vue/src'

/** The number of the rule that is broken, the file that breaks it, and how. */
const broken: [rule: number, file: string, code: string][] = [
  [1, `${CORE}/shared/urls.ts`, `import { now } from '../platform/environment.ts'\nexport const at = now()`],
  [1, `${CORE}/shared/urls.ts`, `import type { Now } from '../platform/environment.ts'\nexport type N = Now`],
  [
    1,
    `${CORE}/machine/gates.ts`,
    `import { createInterpreter } from '../connection/interpreter.ts'\ncreateInterpreter()`,
  ],
  [1, `${CORE}/machine/gates.ts`, `import { browser } from '../platform/browser.ts'\nbrowser()`],
  [
    1,
    `${CORE}/http/body.ts`,
    `import type { Options } from '../observer/options.ts'\nexport type O = Options`,
  ],
  [
    1,
    `${CORE}/observer/options.ts`,
    `import { transition } from '../machine/connection-machine.ts'\ntransition()`,
  ],
  [
    1,
    `${CORE}/observer/options.ts`,
    `import type { Pool } from '../connection/connection-pool.ts'\nexport type P = Pool`,
  ],
  [1, `${CORE}/connection/connection-pool.ts`, `import { parse } from '../http/body.ts'\nparse()`],
  [
    1,
    `${CORE}/connection/connection-pool.ts`,
    `import { webSocket } from '../web-socket/transport.ts'\nwebSocket()`,
  ],
  [
    1,
    `${CORE}/connection/interpreter.ts`,
    `import type { Socket } from '../web-socket/transport.ts'\nexport type S = Socket`,
  ],
  [
    1,
    `${CORE}/web-socket/session.ts`,
    `import { eventSource } from '../event-source/transport.ts'\neventSource()`,
  ],
  [
    1,
    `${CORE}/event-source/session.ts`,
    `import { createWebSocket } from '../web-socket/index.ts'\ncreateWebSocket()`,
  ],
  [1, `${CORE}/long-poll/session.ts`, `import { createFetch } from '../fetch/index.ts'\ncreateFetch()`],
  [
    1,
    `${CORE}/fetch/cache/rekey.ts`,
    `import { createLongPoll } from '../../long-poll/index.ts'\ncreateLongPoll()`,
  ],
  [
    1,
    `${CORE}/fetch/types.ts`,
    `import { createEventSource } from '../event-source/index.ts'\ncreateEventSource()`,
  ],
  [
    1,
    `${CORE}/testing/virtual-clock.ts`,
    `import { createPool } from '../connection/connection-pool.ts'\ncreatePool()`,
  ],
  [1, `${CORE}/observer/options.ts`, `import { createWebSocket } from '../index.ts'\ncreateWebSocket()`],
  [2, `${CORE}/machine/connection-machine.ts`, `export const later = () => setTimeout(() => undefined, 1)`],
  [2, `${CORE}/machine/connection-effects.ts`, `export const now = () => performance.now()`],
  [2, `${CORE}/machine/request-machine.ts`, `export const now = () => Date.now()`],
  [2, `${CORE}/machine/liveness.ts`, `export const fail = (error: unknown) => reportError(error)`],
  [2, `${CORE}/http/http-date.ts`, `export const parse = (text: string) => new Date(text)`],
  [2, `${CORE}/http/status.ts`, `export const controller = () => new AbortController()`],
  [2, `${CORE}/event-source/parser.ts`, `export const event = () => new MessageEvent('message')`],
  [2, `${CORE}/shared/close-codes.ts`, `export const offline = () => !navigator.onLine`],
  [
    2,
    `${CORE}/web-socket/outbox.ts`,
    `export const left = (add: () => void) => globalThis.addEventListener('pagehide', add)`,
  ],
  [3, `${CORE}/web-socket/transport.ts`, `export const later = () => setTimeout(() => undefined, 1)`],
  [3, `${CORE}/web-socket/transport.ts`, `export const now = () => Date.now()`],
  [3, `${CORE}/fetch/request/send-request.ts`, `export const now = () => Date.now()`],
  [
    3,
    `${CORE}/long-poll/transport.ts`,
    `import { transition } from '../machine/connection-machine.ts'\ntransition()`,
  ],
  [
    3,
    `${CORE}/event-source/transport.ts`,
    `import type { State } from '../machine/connection-state.ts'\nexport type S = State`,
  ],
  [3, `${CORE}/event-source/transport.ts`, `import { pool } from '../connection/connection-pool.ts'\npool()`],
  [3, `${CORE}/web-socket/transport.ts`, `import { browser } from '../platform/browser.ts'\nbrowser()`],
  [3, `${CORE}/long-poll/transport.ts`, `import { session } from './session.ts'\nsession()`],
  [3, `${CORE}/forever-frame/transport.ts`, `export const now = () => Date.now()`],
  [3, `${CORE}/forever-frame/transport.ts`, `export const connect = () => fetch('')`],
  [
    3,
    `${CORE}/forever-frame/transport.ts`,
    `import { pool } from '../connection/connection-pool.ts'\npool()`,
  ],
  [3, `${CORE}/platform/browser.ts`, `export const connect = (url: string) => new WebSocket(url)`],
  [4, `${CORE}/connection/connection-pool.ts`, `export const connect = (url: string) => new WebSocket(url)`],
  [4, `${CORE}/fetch/request/retrying-request.ts`, `export const send = (url: string) => fetch(url)`],
  [4, `${CORE}/web-socket/index.ts`, `export const connect = (url: string) => new globalThis.WebSocket(url)`],
  [4, `${CORE}/fetch/cache/freshness.ts`, `export const now = () => Date.now()`],
  [4, `${CORE}/forever-frame/index.ts`, `export const page = () => document.title`],
  [4, `${CORE}/connection/connection-observer.ts`, `export const jitter = () => Math.random()`],
  [4, `${CORE}/connection/connection-observer.ts`, `export const { random } = Math`],
  [4, `${CORE}/connection/interpreter.ts`, `export const later = (run: () => void) => queueMicrotask(run)`],
  [5, `${CORE}/fetch/request/xhr.ts`, `import { store } from '../cache/lru-store.ts'\nstore()`],
  [
    5,
    `${CORE}/fetch/request/xhr.ts`,
    `import type { Entry } from '../cache/types.ts'\nexport type E = Entry`,
  ],
  [5, `${CORE}/fetch/cache/rekey.ts`, `import { observe } from '../observer/entry-observer.ts'\nobserve()`],
  [5, `${CORE}/fetch/observer/commands.ts`, `import { createFetch } from '../index.ts'\ncreateFetch()`],
  [5, `${CORE}/fetch/observer/commands.ts`, `import { cursor } from '../pages/page-links.ts'\ncursor()`],
  [6, `${CORE}/log-out/index.ts`, `import { store } from '../fetch/cache/lru-store.ts'\nstore()`],
  [
    6,
    `${CORE}/log-out/index.ts`,
    `import type { Options } from '../fetch/options.ts'\nexport type O = Options`,
  ],

  [6, `${CORE}/index.ts`, `export { webSocket } from './web-socket/transport.ts'`],
  [8, `${REACT}/use-web-socket.ts`, `import { pool } from '@tautline/core/src/pool.ts'\npool()`],
  [8, `${REACT}/use-web-socket.ts`, `import { pool } from '../../core/src/pool.ts'\npool()`],
  [8, `${REACT}/use-web-socket.ts`, `import { fake } from '@tautline/core/testing'\nfake()`],
  [8, `${REACT}/use-web-socket.ts`, `import { ref } from 'vue'\nref()`],
  [8, `${REACT}/use-web-socket.ts`, `import { useWebSocket } from '@tautline/vue'\nuseWebSocket()`],
  [8, `${REACT}/use-observer.ts`, `export const later = () => setTimeout(() => undefined, 1)`],
  [8, `${VUE}/use-observer.ts`, `export const jitter = () => Math.random()`],
  [8, `${VUE}/use-observer.ts`, `export const now = () => Date.now()`],
  [8, `${VUE}/use-web-socket.ts`, `import { useState } from 'react'\nuseState()`],
  [8, `${VUE}/use-web-socket.ts`, `export const connect = (url: string) => new WebSocket(url)`],
  [9, `${CORE}/connection/connection-observer.ts`, `import { useState } from 'react'\nuseState()`],
  [9, `${CORE}/web-socket/index.ts`, `import type { Ref } from 'vue'\nexport type R = Ref`],
  [9, `${CORE}/index.ts`, `export { useWebSocket } from '@tautline/react'`],
  [9, `${CORE}/web-socket/transport.ts`, `import { useWebSocket } from '@tautline/vue'\nuseWebSocket()`],
  [9, `${CORE}/connection/connection-pool.ts`, `import { readFileSync } from 'node:fs'\nreadFileSync('')`],
  [9, `${CORE}/shared/codec.ts`, `import { z } from 'zod'\nexport const text = z.string()`],
]

/** Files that break no rule. */
const sound: [file: string, code: string][] = [
  [
    `${CORE}/machine/connection-machine.ts`,
    `import { delay } from '../shared/backoff.ts'\nimport type { Environment } from '../platform/environment.ts'\nexport const next = (environment: Environment) => delay(environment)`,
  ],
  [
    `${CORE}/observer/base-observer.ts`,
    `import type { State } from '../machine/connection-state.ts'\nexport type S = State`,
  ],
  [
    `${CORE}/shared/codec.ts`,
    `import type { StandardSchemaV1 } from '@standard-schema/spec'\nexport type S = StandardSchemaV1`,
  ],
  [
    `${CORE}/connection/interpreter.ts`,
    `import { transition } from '../machine/connection-machine.ts'\nimport type { Environment } from '../platform/environment.ts'\nexport const run = (e: Environment) => transition(e)`,
  ],
  [
    `${CORE}/web-socket/transport.ts`,
    `import { retryable } from '../shared/close-codes.ts'\nimport type { Transport } from '../connection/transport.ts'\nexport const connect = (url: string): Transport => retryable(new WebSocket(url))`,
  ],
  [
    `${CORE}/forever-frame/transport.ts`,
    `import type { Transport } from '../connection/transport.ts'\nexport const open = (): Transport => document.createElement('p')`,
  ],
  [`${CORE}/forever-frame/index.ts`, `import { option } from '../transports/transport-option.ts'\noption()`],
  [`${CORE}/fetch/request/send-request.ts`, `export const send = (url: string) => fetch(url)`],
  [
    `${CORE}/fetch/cache/cache-entry.ts`,
    `import { observer } from '../../observer/members.ts'\nimport { send } from '../request/send-request.ts'\nsend(observer)`,
  ],
  [
    `${CORE}/platform/browser.ts`,
    `export const browser = { now: () => Date.now(), random: () => Math.random(), online: () => navigator.onLine }`,
  ],
  [
    `${CORE}/web-socket/index.ts`,
    `import { browser } from '../platform/browser.ts'\nimport { webSocket } from './transport.ts'\nwebSocket(browser)`,
  ],
  [
    `${CORE}/event-source-class/index.ts`,
    `import { parse } from '../event-source/parser.ts'\nimport { close } from '../connection/client.ts'\nparse(close)`,
  ],
  [
    `${CORE}/index.ts`,
    `export { createWebSocket } from './web-socket/index.ts'\nexport type { State } from './machine/connection-state.ts'`,
  ],
  [
    `${CORE}/machine/connection-machine.test.ts`,
    `import { browser } from '../platform/browser.ts'\nsetTimeout(browser, Math.random())`,
  ],
  [
    `${REACT}/use-web-socket.ts`,
    `import { createWebSocket } from '@tautline/core/web-socket'\nimport { useState } from 'react'\nimport { useObserver } from './use-observer.ts'\nexport const useWebSocket = () => useObserver(useState(createWebSocket))`,
  ],
  [
    `${VUE}/use-observer.ts`,
    `import type { Snapshot } from '@tautline/core'\nimport { shallowRef } from 'vue'\nexport const useObserver = (snapshot: Snapshot) => shallowRef(snapshot)`,
  ],
]

const folder = mkdtempSync(join(tmpdir(), 'tautline-house-'))
const messages = new Map<string, string[]>()

/** Creates a checkout with the real configuration for each case, because its globs are relative to the configuration's folder. */
function build(house: string, file: string, code: string): void {
  const path = join(folder, house, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${code}\n`)
  writeFileSync(
    join(folder, house, 'oxlint.config.ts'),
    `import config from ${JSON.stringify(join(ROOT, 'oxlint.config.ts'))}\nexport default { ...config, options: {} }\n`,
  )
}

beforeAll(async () => {
  broken.forEach(([, file, code], index) => build(`broken-${index}`, file, code))
  sound.forEach(([file, code], index) => build(`sound-${index}`, file, code))
  for (const [one, other] of [
    ['gates', 'retry'],
    ['retry', 'gates'],
  ])
    build(
      'circle',
      `${CORE}/machine/${one}.ts`,
      `import type { ${other} } from './${other}.ts'\nexport type ${one} = readonly ${other}[]`,
    )
  const { output } = await run(['oxlint', '--format=json', '.'], { cwd: folder, timeout: 120_000 })
  const report = JSON.parse(output) as { diagnostics: { message: string; help?: string; filename: string }[] }
  for (const { message, help, filename } of report.diagnostics) {
    messages.set(filename, [...(messages.get(filename) ?? []), `${message} ${help ?? ''}`])
  }
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const reported = (file: string): string => (messages.get(file) ?? []).join('\n')

describe('lint reports a broken house rule by its number', () => {
  test.each(broken.map((given, index) => [...given, index] as const))(
    'rule %i in %s: %s',
    (rule, file, _code, index) => {
      expect(reported(`broken-${index}/${file}`)).toMatch(new RegExp(`House rule ${rule}:`))
    },
  )

  test('rule 7: two files that import types from each other', () => {
    expect(reported(`circle/${CORE}/machine/gates.ts`)).toContain('cycle')
  })
})

describe('lint allows', () => {
  test.each(sound.map((given, index) => [...given, index] as const))('%s: %s', (file, _code, index) => {
    expect(reported(`sound-${index}/${file}`)).not.toContain('House rule')
  })
})

describe('what lint has no rule for', () => {
  test('every export is named', () => {
    const sources = globSync('packages/{core,react,vue}/src/**/*.ts', { cwd: ROOT })
    const starred = sources.filter((file) => /^export \*/m.test(readFileSync(join(ROOT, file), 'utf8')))
    expect(starred).toEqual([])
  })

  test.each(['core', 'react', 'vue'])('%s says that nothing has side effects on import', (name) => {
    const manifest: unknown = JSON.parse(readFileSync(join(ROOT, `packages/${name}/package.json`), 'utf8'))
    expect(manifest).toMatchObject({ sideEffects: false })
  })
})
