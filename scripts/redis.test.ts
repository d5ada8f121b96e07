import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findRedis } from './redis.ts'

test('finds redis-server at REDIS_PATH, and nowhere else if that path is wrong', () => {
  expect(findRedis({ REDIS_PATH: process.execPath })).toBe(process.execPath)
  expect(findRedis({ REDIS_PATH: '/nowhere/redis-server', PATH: process.env['PATH'] })).toBeUndefined()
})

test('finds redis-server on the path first', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tautline-redis-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'redis-server'), '', { mode: 0o755 })
  expect(findRedis({ PATH: folder })).toBe(join(folder, 'redis-server'))
})
