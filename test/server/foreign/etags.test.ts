import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { createFetch, createFetchCache } from '@tautline/core/fetch'
import { createLongPoll, validators } from '@tautline/core/long-poll'
import { type ForeignServer, brisk, startExpress } from '../support/foreign-server.ts'
import { record } from '../support/recorded.ts'

// The ETags of Express, for `res.json` and for static files.

const ways = [
  ['without headers', {}],
  ['with credentials', { headers: { authorization: 'Bearer ada' } }],
  ['with a key', { key: 'ada' }],
] as const

const count = ({ statuses }: Pick<ForeignServer, 'statuses'>, wanted: number) =>
  statuses.filter((status) => status === wanted).length

test.each(ways)(
  '[poll-validation] a short poll of res.json, %s: 304 until there is news',
  async (_, options) => {
    let news = 'one'
    const server = await startExpress((app) =>
      app.get('/status', (_request, response) => void response.json({ news })),
    )
    const client = createLongPoll<{ news: string }>('/status', {
      ...brisk,
      ...options,
      environment: server.environment,
      cursor: validators(),
      interval: 20,
    })
    const poll = record<{ news: string }, typeof client>(client)
    onTestFinished(() => client.close())
    client.open()
    for (const next of ['two', 'three']) {
      const before = count(server, 304)
      await expect.poll(() => count(server, 304)).toBeGreaterThan(before + 5)
      server.cut()
      news = next
      await poll.until(({ messages }) => messages.at(-1)?.news === next)
    }
    expect(poll.messages.map((message) => message.news)).toEqual(['one', 'two', 'three'])
  },
)

test('[poll-validation] a short poll of a static file: 304 until it changes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tautline-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'news.txt'), 'one')
  const server = await startExpress((app) => app.use(express.static(folder)))
  const client = createLongPoll<string>('/news.txt', {
    ...brisk,
    environment: server.environment,
    cursor: validators(),
    interval: 20,
  })
  const poll = record<string, typeof client>(client)
  onTestFinished(() => client.close())
  client.open()
  await expect.poll(() => count(server, 304)).toBeGreaterThan(5)
  // Renamed, because a request may read a file while it is written.
  await writeFile(join(folder, 'next.txt'), 'two, which is longer')
  await rename(join(folder, 'next.txt'), join(folder, 'news.txt'))
  await poll.until(({ messages }) => messages.length === 2)
  expect(poll.messages).toEqual(['one', 'two, which is longer'])
  expect(count(server, 200)).toBe(2)
})

test.each(ways)('[cache-validation] a request %s: 304 keeps the data', async (_, options) => {
  let name = 'Ada'
  const server = await startExpress((app) =>
    app.get('/me', (_request, response) => void response.json({ name })),
  )
  const client = createFetch<{ name: string }>('/me', {
    ...options,
    cache: createFetchCache(),
    environment: server.environment,
  })
  onTestFinished(client.subscribe(() => {}))
  await expect.poll(() => client.getSnapshot().data).toEqual({ name: 'Ada' })
  const { data } = client.getSnapshot()
  await client.refetch()
  expect(server.statuses).toEqual([200, 304])
  expect(client.getSnapshot().data).toBe(data)
  server.cut()
  await client.refetch()
  expect(server.statuses).toEqual([200, 304, 304])
  name = 'Eve'
  await client.refetch()
  expect(client.getSnapshot().data).toEqual({ name: 'Eve' })
  expect(server.statuses).toEqual([200, 304, 304, 200])
})
