import { once } from 'node:events'
import { expect, test } from 'vitest'
import { run, start, stop } from './processes.ts'

const node = (code: string): string[] => [process.execPath, '--eval', code]

test('run() resolves with the output of a program that succeeds', async () => {
  const { ok, output } = await run(node('console.log(1); console.error(2)'))
  expect(ok).toBe(true)
  // Two pipes: either line may arrive first.
  expect(output.split('\n').toSorted()).toEqual(['', '1', '2'])
})

test('run() reports a program that fails, does not exist or takes too long', async () => {
  expect(await run(node('process.exit(3)'))).toMatchObject({ ok: false })
  expect(await run(['no-such-program'])).toMatchObject({
    ok: false,
    output: expect.stringContaining('ENOENT'),
  })
  const hanging = await run(node('setInterval(() => {}, 1000)'), { timeout: 200 })
  expect(hanging).toMatchObject({ ok: false, output: expect.stringContaining('Stopped after 0.2 s') })
})

test('stop() also stops the child processes of a program', async () => {
  const child = start(
    node(`const { spawn } = require('node:child_process')
      spawn(process.execPath, ['--eval', 'console.log(1); setInterval(() => {}, 1000)'], { stdio: 'inherit' })
      process.on('SIGTERM', () => process.exit())
      setInterval(() => {}, 1000)`),
  )
  await once(child.stdout ?? child, 'data')
  // The child process has the same pipe, which closes only when both have ended.
  const closed = once(child, 'close')
  await stop(child)
  await closed
  expect(child.exitCode).toBe(0)
})
