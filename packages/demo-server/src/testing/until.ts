import { setTimeout as wait } from 'node:timers/promises'

/** Waits until something is true. Vitest ends a test that waits too long. */
export async function until(isTrue: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isTrue())) await wait(5)
}
