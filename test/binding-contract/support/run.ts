import { type MockInstance, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hasTexts } from './build.ts'
import type { Driver } from './driver.ts'
import type { Server } from './mock-server.ts'
import { type Page, createPage } from './page.ts'
import type { Scenario } from './scenario.ts'

/**
 * Ignored output: what the frameworks print when a component throws, and React 18's warning about layout effects on a
 * server, because these tests render on a server with a `document`. `server.test.tsx` has no `document` and no warning.
 */
const IGNORED_OUTPUT =
  /The above error occurred in|Component is missing template or render function|useLayoutEffect does nothing on the server/

/** The console output of this test. */
let spies: readonly MockInstance[] = []
/** Warnings that this test expects. */
let expected: readonly RegExp[] = []
/** The output of earlier tests of this file: a warning in development is printed once. */
const earlierOutput: string[] = []

const currentOutput = () => spies.flatMap((spy) => spy.mock.calls).map((words) => words.map(String).join(' '))

/** Expects a warning in this test, or in an earlier one of the same file. The production build prints none. */
export function expectWarning(pattern: RegExp): void {
  if (!hasTexts) return
  expected = [...expected, pattern]
  expect([...earlierOutput, ...currentOutput()].filter((text) => pattern.test(text))).not.toEqual([])
}

/** Fails a test on unexpected errors and warnings in the console. */
export function failOnConsoleOutput(): void {
  beforeEach(() => {
    expected = []
    spies = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')]
  })
  afterEach(() => {
    const logged = currentOutput()
    earlierOutput.push(...logged)
    for (const spy of spies) spy.mockRestore()
    const unexpected = logged.filter(
      (text) => ![IGNORED_OUTPUT, ...expected].some((pattern) => pattern.test(text)),
    )
    expect(unexpected, 'console output').toEqual([])
  })
}

/**
 * Runs each scenario on its own page.
 *
 * @param mock creates the server; called once
 */
export function runScenarios<Options extends object, Own, Serving extends Server>(
  driver: Driver<Options, Own>,
  mock: () => Serving,
  scenarios: Readonly<Record<string, readonly Scenario<Page<Options, Own, Serving>>[]>>,
): void {
  const server = mock()
  failOnConsoleOutput()
  for (const [theme, list] of Object.entries(scenarios)) {
    describe(theme, () => {
      for (const { name, run } of list) {
        test(name, async () => {
          const page = createPage(driver, server)
          await run(page)
          await page.end()
        })
      }
    })
  }
}
