import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { freePort } from './free-port.ts'

test('finds the given port if it is free, otherwise the next free one', async () => {
  const first = await freePort(46_000)
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(first, '127.0.0.1', resolve))
  const next = await freePort(first)
  await new Promise((resolve) => server.close(resolve))
  expect(next).toBeGreaterThan(first)
  expect(await freePort(first)).toBe(first)
})
