import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { freePort } from './free-port.ts'

test('the wanted port, when nobody listens there; else the next one', async () => {
  const wanted = await freePort(46_000)
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve))
  const next = await freePort(wanted)
  await new Promise((resolve) => server.close(resolve))
  expect(next).toBeGreaterThan(wanted)
  expect(await freePort(wanted)).toBe(wanted)
})
