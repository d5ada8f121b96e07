import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT, run } from './processes.ts'

// Lint is trusted with the house rules, so each of them is broken here once in every way that matters, in a file
// of the right name in an empty house, and has to be told by its number.

const CORE = 'packages/core/src'
const REACT = 'packages/react/src'
const VUE = 'packages/vue/src'

/** The number of the rule that is broken, the file that breaks it, and how. */
const broken: [rule: number, file: string, code: string][] = [
  [1, `${CORE}/lifecycle.ts`, `import { webSocket } from './transports/web-socket.ts'\nwebSocket()`],
  [1, `${CORE}/lifecycle.ts`, `import { createConnection } from './connection.ts'\ncreateConnection()`],
  [1, `${CORE}/lifecycle.ts`, `export const later = () => setTimeout(() => undefined, 1)`],
  [1, `${CORE}/lifecycle-effects.ts`, `export const now = () => performance.now()`],
  [1, `${CORE}/fetch-lifecycle.ts`, `export const now = () => Date.now()`],
  [1, `${CORE}/fetch-lifecycle.ts`, `import { createFetch } from './fetch.ts'\ncreateFetch()`],
  [1, `${CORE}/heartbeat.ts`, `export const now = () => Date.now()`],
  [1, `${CORE}/backoff.ts`, `export const jitter = () => Math.random()`],
  [1, `${CORE}/backoff.ts`, `export const { random } = Math`],
  [1, `${CORE}/retry-after.ts`, `export const parse = (text: string) => new Date(text)`],
  [1, `${CORE}/close-codes.ts`, `export const offline = () => !navigator.onLine`],
  [
    1,
    `${CORE}/outbox.ts`,
    `export const left = (add: () => void) => globalThis.addEventListener('pagehide', add)`,
  ],
  [1, `${CORE}/codec.ts`, `import { z } from 'zod'\nexport const text = z.string()`],
  [1, `${CORE}/codec.ts`, `import { now } from './environment.ts'\nexport const at = now()`],
  [1, `${CORE}/observer.ts`, `export const jitter = () => Math.random()`],
  [2, `${CORE}/pool.ts`, `export const dial = (url: string) => new WebSocket(url)`],
  [2, `${CORE}/observer.ts`, `export const ask = (url: string) => fetch(url)`],
  [2, `${CORE}/web-socket.ts`, `export const dial = (url: string) => new globalThis.WebSocket(url)`],
  [2, `${CORE}/environment/browser.ts`, `export const dial = (url: string) => new WebSocket(url)`],
  [2, `${CORE}/transports/web-socket.ts`, `export const later = () => setTimeout(() => undefined, 1)`],
  [2, `${CORE}/transports/web-socket.ts`, `export const now = () => Date.now()`],
  [2, `${CORE}/transports/long-poll.ts`, `import { transition } from '../lifecycle.ts'\ntransition()`],
  [
    2,
    `${CORE}/transports/event-source.ts`,
    `import type { State } from '../lifecycle.ts'\nexport type S = State`,
  ],
  [2, `${CORE}/transports/event-source.ts`, `import { pool } from '../pool.ts'\npool()`],
  [2, `${CORE}/transports/web-socket.ts`, `import { browser } from '../environment/browser.ts'\nbrowser()`],
  [2, `${CORE}/fetch-exchange.ts`, `export const ask = (url: string) => fetch(url)`],
  [2, `${CORE}/fetch/freshness.ts`, `export const now = () => Date.now()`],
  [2, `${CORE}/fetch/request.ts`, `import { createConnection } from '../connection.ts'\ncreateConnection()`],
  [3, `${CORE}/connection.ts`, `import { webSocket } from './transports/web-socket.ts'\nwebSocket()`],
  [
    3,
    `${CORE}/connection.ts`,
    `import type { Dial } from './transports/web-socket.ts'\nexport type D = Dial`,
  ],
  [3, `${CORE}/connection.ts`, `import { browser } from './environment/browser.ts'\nbrowser()`],
  [3, `${CORE}/connection.ts`, `export const now = () => Date.now()`],
  [3, `${CORE}/connection.ts`, `export const soon = (run: () => void) => queueMicrotask(run)`],
  [4, `${CORE}/pool.ts`, `import { webSocket } from './transports/web-socket.ts'\nwebSocket()`],
  [4, `${CORE}/observer.ts`, `export const dial = () => import('./transports/web-socket.ts')`],
  [4, `${CORE}/web-socket.ts`, `import { eventSource } from './transports/event-source.ts'\neventSource()`],
  [4, `${CORE}/long-poll.ts`, `import { createWebSocket } from './web-socket.ts'\ncreateWebSocket()`],
  [5, `${REACT}/use-web-socket.ts`, `import { pool } from '@tautline/core/src/pool.ts'\npool()`],
  [5, `${REACT}/use-web-socket.ts`, `import { pool } from '../../core/src/pool.ts'\npool()`],
  [5, `${REACT}/use-web-socket.ts`, `import { fake } from '@tautline/core/testing'\nfake()`],
  [5, `${REACT}/use-web-socket.ts`, `import { ref } from 'vue'\nref()`],
  [5, `${REACT}/use-web-socket.ts`, `import { useWebSocket } from '@tautline/vue'\nuseWebSocket()`],
  [5, `${REACT}/use-observer.ts`, `export const later = () => setTimeout(() => undefined, 1)`],
  [5, `${VUE}/use-observer.ts`, `export const jitter = () => Math.random()`],
  [5, `${VUE}/use-observer.ts`, `export const now = () => Date.now()`],
  [5, `${VUE}/use-web-socket.ts`, `import { useState } from 'react'\nuseState()`],
  [5, `${VUE}/use-web-socket.ts`, `export const dial = (url: string) => new WebSocket(url)`],
  [6, `${CORE}/observer.ts`, `import { useState } from 'react'\nuseState()`],
  [6, `${CORE}/web-socket.ts`, `import type { Ref } from 'vue'\nexport type R = Ref`],
  [6, `${CORE}/index.ts`, `export { useWebSocket } from '@tautline/react'`],
  [6, `${CORE}/transports/web-socket.ts`, `import { useWebSocket } from '@tautline/vue'\nuseWebSocket()`],
  [6, `${CORE}/pool.ts`, `import { readFileSync } from 'node:fs'\nreadFileSync('')`],
]

/** What the rules must leave alone. */
const sound: [file: string, code: string][] = [
  [
    `${CORE}/lifecycle.ts`,
    `import { delay } from './backoff.ts'\nimport type { Dial } from './transport.ts'\nexport const next = (dial: Dial) => delay(dial)`,
  ],
  [
    `${CORE}/codec.ts`,
    `import type { StandardSchemaV1 } from '@standard-schema/spec'\nexport type S = StandardSchemaV1`,
  ],
  [
    `${CORE}/connection.ts`,
    `import { transition } from './lifecycle.ts'\nimport type { Environment } from './environment.ts'\nexport const run = (e: Environment) => transition(e)`,
  ],
  [
    `${CORE}/transports/web-socket.ts`,
    `import { retryable } from '../close-codes.ts'\nexport const dial = (url: string) => retryable(new WebSocket(url))`,
  ],
  [`${CORE}/fetch/request.ts`, `export const ask = (url: string) => fetch(url)`],
  [
    `${CORE}/environment/browser.ts`,
    `export const browser = { now: () => Date.now(), random: () => Math.random(), online: () => navigator.onLine }`,
  ],
  [
    `${CORE}/web-socket.ts`,
    `import { browser } from './environment/browser.ts'\nimport { webSocket } from './transports/web-socket.ts'\nwebSocket(browser)`,
  ],
  [
    `${CORE}/index.ts`,
    `export { createWebSocket } from './web-socket.ts'\nexport type { Frame } from './transports/web-socket.ts'`,
  ],
  [
    `${CORE}/lifecycle.test.ts`,
    `import { browser } from './environment/browser.ts'\nsetTimeout(browser, Math.random())`,
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

/** A house of its own for each case, with the real configuration: its globs start where the configuration lies. */
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
  const { output } = await run(['oxlint', '--format=json', '.'], { cwd: folder, timeout: 60_000 })
  const report = JSON.parse(output) as { diagnostics: { message: string; help?: string; filename: string }[] }
  for (const { message, help, filename } of report.diagnostics) {
    messages.set(filename, [...(messages.get(filename) ?? []), `${message} ${help ?? ''}`])
  }
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a broken house rule is told', () => {
  test.each(broken.map((given, index) => [...given, index] as const))(
    'rule %i in %s: %s',
    (rule, file, _code, index) => {
      const told = messages.get(`broken-${index}/${file}`) ?? []
      expect(told.join('\n')).toMatch(new RegExp(`House rules? [^:]*\\b${rule}\\b`))
    },
  )
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
