import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { brotliCompressSync } from 'node:zlib'

// Checks the bundles that `build.ts` has written.

export const MODES = ['development', 'production'] as const
export const PAGES = ['react', 'vue'] as const

/** Texts that only one build has: a part of an error message, and the page that it names. */
const TEXTS = { development: 'Use 1000 or 3000 to 4999', production: 'errors.md of @tautline/core' }

/** What only requests, streams and their caches need. A page with a WebSocket has none of it. */
const OTHER_HOOKS = ['if-none-match', 'stale-if-error', 'text/event-stream', 'last-event-id']

/** A bundle may be larger than that of esbuild by this factor. */
const MAX_RATIO = 1.15

type Mode = (typeof MODES)[number]

/** One bundle. */
export class Bundle {
  readonly code: string
  /** In bytes, compressed with brotli. */
  readonly size: number

  constructor(project: string, tool: string, page: string, mode: Mode) {
    this.code = readFileSync(join(project, 'out', `${tool}-${page}-${mode}.js`), 'utf8')
    this.size = brotliCompressSync(this.code).length
  }
}

/** Returns what is wrong with the bundles of a tool. @param reference the sizes of esbuild, by page */
export function findProblems(
  project: string,
  tool: string,
  reference: ReadonlyMap<string, number>,
): string[] {
  const problems: string[] = []
  for (const page of PAGES) {
    const [development, production] = MODES.map((mode) => new Bundle(project, tool, page, mode))
    if (!development || !production) continue
    for (const [mode, { code }] of [
      ['development', development],
      ['production', production],
    ] as const)
      for (const build of MODES)
        if (code.includes(TEXTS[build]) !== (build === mode))
          problems.push(`${page}, ${mode}: the ${build} build ${build === mode ? 'is missing' : 'is in it'}`)
    for (const text of OTHER_HOOKS)
      if (production.code.includes(text)) problems.push(`${page}: has code of other hooks: ${text}`)
    const limit = (reference.get(page) ?? 0) * MAX_RATIO
    if (production.size > limit) problems.push(`${page}: ${production.size} bytes, more than ${limit}`)
  }
  return [...problems, ...findRuntimeProblems(project, tool)]
}

/** Runs both bundles on one page: each hook works, and the development build says that there are two. */
function findRuntimeProblems(project: string, tool: string): string[] {
  const problems: string[] = []
  const expectText = (where: string, text: string, part: string): void => {
    if (!text.includes(part)) problems.push(`${where}: ${text || 'nothing'} instead of ${part}`)
  }
  const page = new Page()
  const development = page.load(new Bundle(project, tool, 'vue', 'development'))
  expectText('a wrong option in development', development.refuse(), 'it should be a number')
  if (page.warnings.join().includes('the production build')) problems.push('warned without the other build')
  const production = page.load(new Bundle(project, tool, 'vue', 'production'))
  expectText('a wrong option in production', production.refuse(), 'bad-option timeout.connect (see')
  for (const problem of [
    development.problem,
    production.problem,
    production.connect(),
    development.connect(),
  ])
    if (problem) problems.push(`vue: ${problem}`)
  expectText('both builds on a page', page.warnings.join(), 'development build and the production build')
  for (const mode of MODES) {
    const problem = new Page().load(new Bundle(project, tool, 'react', mode)).problem
    if (problem) problems.push(`react, ${mode}: ${problem}`)
  }
  return problems
}

/** A socket that never opens. */
class FakeSocket {
  readonly readyState = 0
  send(): void {}
  close(): void {}
}

/** A page with the globals that a bundle needs to connect, where no time passes. It has no `process`. */
class Page {
  readonly warnings: string[] = []
  readonly #globals: Record<string, unknown>

  constructor() {
    const warn = (...parts: unknown[]) => void this.warnings.push(parts.join(' '))
    const console = { warn, error: warn, info() {}, log() {}, debug() {} }
    const { queueMicrotask, URL, AbortController, EventTarget, Event } = globalThis
    const platform = {
      queueMicrotask,
      URL,
      AbortController,
      EventTarget,
      Event,
      WebSocket: FakeSocket,
      console,
    }
    this.#globals = createContext({ ...platform, setTimeout() {}, clearTimeout() {} })
  }

  /** Runs a bundle. The functions return the message of the error that the hook throws, or nothing. */
  load({ code }: Bundle): { problem: string; connect: () => string; refuse: () => string } {
    const problem = messageOf(() => {
      runInContext(`globalThis.window = globalThis.self = globalThis;\n${code}`, this.#globals)
    })
    const { connect } = this.#globals
    const call = (options?: object): string =>
      typeof connect === 'function' ? messageOf(() => connect(options)) : 'no hook'
    return { problem, connect: () => call(), refuse: () => call({ timeout: { connect: -5 } }) }
  }
}

/** Returns the message of the error that a function throws, or nothing. */
function messageOf(run: () => void): string {
  try {
    run()
    return ''
  } catch (error) {
    return String(Reflect.get(Object(error), 'message'))
  }
}
