import { type MockInstance, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Driver } from './driver.ts'
import type { Server } from './mock-server.ts'
import { type Page, createPage } from './page.ts'
import type { Scenario } from './scenario.ts'

/**
 * What the frameworks add to an error that a component throws: that it threw is what a scenario looks at. And what React 18
 * says of layout effects on a server, which in these tests has a `document`; `server.test.tsx` has none, and receives nothing.
 */
const ECHO =
  /The above error occurred in|Component is missing template or render function|useLayoutEffect does nothing on the server/

/** What was said to the console in this test. */
let spies: readonly MockInstance[] = []
/** Warnings that this test has expected. */
let expected: readonly RegExp[] = []
/** What the tests of this file before it have said: a warning in development is said once. */
const before: string[] = []

const currentOutput = () => spies.flatMap((spy) => spy.mock.calls).map((words) => words.map(String).join(' '))

/** Expects that this has been said to the console: in this test, or once in an earlier one of the same file. */
export function expectWarning(pattern: RegExp): void {
  expected = [...expected, pattern]
  expect([...before, ...currentOutput()].filter((text) => pattern.test(text))).not.toEqual([])
}

/** Makes the console's errors and warnings failures: a framework says there what it holds against a component. */
export function failOnConsoleOutput(): void {
  beforeEach(() => {
    expected = []
    spies = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')]
  })
  afterEach(() => {
    const logged = currentOutput()
    before.push(...logged)
    for (const spy of spies) spy.mockRestore()
    const unexpected = logged.filter((text) => ![ECHO, ...expected].some((pattern) => pattern.test(text)))
    expect(unexpected, 'said to the console').toEqual([])
  })
}

/**
 * Runs every scenario on a page of its own.
 *
 * @param mock makes the server; called once
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
