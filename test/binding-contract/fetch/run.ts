import { describe, test } from 'vitest'
import type { FetchDriver } from '../support/driver.ts'
import { type FetchScenario, createFetchPage } from './page.ts'
import { mockFetchServer } from './server.ts'
import { failOnConsoleOutput } from '../support/run.ts'

/** Runs each scenario on its own page. */
export function runFetchScenarios(
  driver: FetchDriver,
  scenarios: Readonly<Record<string, readonly FetchScenario[]>>,
): void {
  const server = mockFetchServer()
  failOnConsoleOutput()
  for (const [theme, list] of Object.entries(scenarios)) {
    describe(theme, () => {
      for (const { name, run } of list) {
        test(name, async () => {
          const page = createFetchPage(driver, server)
          await run(page)
          await page.end()
        })
      }
    })
  }
}
