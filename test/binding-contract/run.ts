import { type MockInstance, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Driver } from './driver.ts'
import { type Page, createPage } from './page.ts'
import { scenarios } from './scenarios.ts'
import { mockServer } from './server.ts'

/** What React 18 and Vue add to an error that a component throws; that it threw is what a scenario looks at. */
const ECHO = /^(The above error occurred in|\[Vue warn\]: Component is missing template or render function)/

/** Makes the console's errors and warnings failures: a framework says there what it holds against a component. */
export function expectQuietConsole(): void {
  let spies: MockInstance[] = []
  beforeEach(() => {
    spies = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')]
  })
  afterEach(() => {
    const said = spies.flatMap((spy) => spy.mock.calls).filter(([text]) => !ECHO.test(String(text)))
    for (const spy of spies) spy.mockRestore()
    expect(said, 'said to the console').toEqual([])
  })
}

/** Runs every scenario on a page of its own. */
export function runScenarios(driver: Driver): void {
  const server = mockServer()
  expectQuietConsole()
  for (const [theme, list] of Object.entries(scenarios)) {
    describe(theme, () => {
      for (const { name, run } of list) {
        test(name, async () => {
          const page: Page = createPage(driver, server)
          await run(page)
          await page.end()
        })
      }
    })
  }
}
