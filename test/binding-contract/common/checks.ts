import { expect } from 'vitest'
import type { CommonPage } from '../support/page.ts'

type Mounted = Pick<ReturnType<CommonPage['mount']>, 'renders' | 'shown'>

/** Expects no timer, and no further attempt within an hour. */
export async function expectFinal(page: CommonPage, attempts: number): Promise<void> {
  expect(page.timers).toBe(0)
  await page.advance(3_600_000)
  expect(page.server.connections).toHaveLength(attempts)
}

/** Expects retries after exactly these delays in ms. */
export async function expectWaits(page: CommonPage, one: Mounted, waits: readonly number[]): Promise<void> {
  for (const wait of waits) {
    await page.until(() => expect(one.shown).toMatchObject({ status: 'backoff', waitingFor: 'timer' }))
    const attempts = page.server.connections.length
    const { renders } = one
    const { length } = renders
    await page.advance(wait - 1)
    expect(page.server.connections).toHaveLength(attempts)
    expect(renders).toHaveLength(length)
    await page.advance(1)
    await page.until(() => expect(page.server.connections).toHaveLength(attempts + 1))
    await page.until(() => expect(renders.slice(length)[0]).toMatchObject({ status: 'connecting' }))
  }
}
