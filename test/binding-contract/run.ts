import { type MockInstance, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Driver } from './driver.ts'
import type { Server } from './lines.ts'
import { type Page, createPage } from './page.ts'
import type { Scenario } from './scenario.ts'

/**
 * What the frameworks add to an error that a component throws: that it threw is what a scenario looks at. And what React 18
 * says of layout effects on a server, which in these tests has a `document`; `server.test.tsx` has none, and hears nothing.
 */
const ECHO =
  /The above error occurred in|Component is missing template or render function|useLayoutEffect does nothing on the server/

/** Makes the console's errors and warnings failures: a framework says there what it holds against a component. */
export function expectQuietConsole(): void {
  let spies: MockInstance[] = []
  beforeEach(() => {
    spies = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')]
  })
  afterEach(() => {
    const said = spies
      .flatMap((spy) => spy.mock.calls)
      .filter((words) => !ECHO.test(words.map(String).join(' ')))
    for (const spy of spies) spy.mockRestore()
    expect(said, 'said to the console').toEqual([])
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
  expectQuietConsole()
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
