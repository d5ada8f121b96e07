import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import koaETag from '@koa/etag'
import express from 'express'
import { Hono } from 'hono'
import { etag } from 'hono/etag'
import Koa from 'koa'
import conditionalGet from 'koa-conditional-get'
import koaStatic from 'koa-static'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createFetch, createFetchCache } from '@tautline/core/fetch'
import { createLongPoll, validators } from '@tautline/core/long-poll'
import { type ForeignServer, brisk, startExpress, startForeign } from '../support/foreign-server.ts'
import { record } from '../support/recorded.ts'

// The ETags of Express, Koa and Hono, for JSON and for static files.

function startKoa(addRoutes: (app: Koa) => void): Promise<ForeignServer> {
  const app = new Koa()
  app.silent = true // It would print each broken connection.
  app.use(conditionalGet())
  app.use(koaETag())
  addRoutes(app)
  const handle = app.callback()
  return startForeign(createServer((request, response) => void handle(request, response)))
}

/** Each starts an application that responds to every request with the JSON of a value. */
const jsonServers = [
  ['Express', (value) => startExpress((app) => app.use((_, response) => void response.json(value())))],
  ['Koa', (value) => startKoa((app) => app.use((context) => void (context.body = value())))],
  [
    'Hono',
    (value) => {
      const app = new Hono().use(etag()).get('*', (context) => context.json(value()))
      const handle = getRequestListener(app.fetch)
      return startForeign(createServer((request, response) => void handle(request, response)))
    },
  ],
] as const satisfies readonly (readonly [string, (value: () => object) => Promise<ForeignServer>])[]

/** Each starts an application that serves a folder, and calls a function before each request. */
const fileServers = [
  [
    'Express',
    (folder, before) =>
      startExpress((app) => {
        app.use(async (_request, _response, next) => {
          await before()
          next()
        })
        app.use(express.static(folder))
      }),
  ],
  [
    'Koa',
    (folder, before) =>
      startKoa((app) => {
        app.use(async (_, next) => {
          await before()
          await next()
        })
        app.use(koaStatic(folder))
      }),
  ],
] as const satisfies readonly (readonly [
  string,
  (folder: string, before: () => Promise<void>) => Promise<ForeignServer>,
])[]

const ways = [
  ['without headers', {}],
  ['with credentials', { headers: { authorization: 'Bearer ada' } }],
  ['with a key', { key: 'ada' }],
] as const

const count = ({ statuses }: Pick<ForeignServer, 'statuses'>, wanted: number) =>
  statuses.filter((status) => status === wanted).length

describe.each(jsonServers)('%s', (_server, start) => {
  test.each(ways)(
    '[poll-validation] a short poll of JSON, %s: 304 until there is news',
    async (_, options) => {
      let news = 'one'
      const server = await start(() => ({ news }))
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

  test.each(ways)('[cache-validation] a request %s: 304 keeps the data', async (_, options) => {
    let name = 'Ada'
    const server = await start(() => ({ name }))
    const client = createFetch<{ name: string }>('/me', {
      ...options,
      cache: createFetchCache(),
      environment: server.environment,
    })
    onTestFinished(client.subscribe(() => {}))
    await expect.poll(() => client.getSnapshot().data).toEqual({ name: 'Ada' })
    const { data } = client.getSnapshot()
    await client.refetch()
    await expect.poll(() => server.statuses).toEqual([200, 304])
    expect(client.getSnapshot().data).toBe(data)
    server.cut()
    await client.refetch()
    await expect.poll(() => server.statuses).toEqual([200, 304, 304])
    name = 'Eve'
    await client.refetch()
    expect(client.getSnapshot().data).toEqual({ name: 'Eve' })
    await expect.poll(() => server.statuses).toEqual([200, 304, 304, 200])
  })
})

describe.each(fileServers)('%s', (_server, start) => {
  test.each(ways)(
    '[poll-validation] a short poll of a static file, %s: 304 until it changes',
    async (_, options) => {
      const folder = await mkdtemp(join(tmpdir(), 'tautline-'))
      onTestFinished(() => rm(folder, { recursive: true }))
      // Renamed, because a request may read a file while it is written.
      const write = async (text: string) => {
        await writeFile(join(folder, 'next.txt'), text)
        await rename(join(folder, 'next.txt'), join(folder, 'news.txt'))
      }
      await write('one')
      let next: string | undefined
      // The file changes between two requests: a server that is reading it would give it a wrong ETag.
      const server = await start(folder, async () => {
        if (next !== undefined) await write(next)
        next = undefined
      })
      const client = createLongPoll<string>('/news.txt', {
        ...brisk,
        ...options,
        environment: server.environment,
        cursor: validators(),
        interval: 20,
      })
      const poll = record<string, typeof client>(client)
      onTestFinished(() => client.close())
      client.open()
      await expect.poll(() => count(server, 304)).toBeGreaterThan(5)
      next = 'two, which is longer'
      await poll.until(({ messages }) => messages.length === 2)
      expect(poll.messages).toEqual(['one', 'two, which is longer'])
      await expect.poll(() => count(server, 200)).toBe(2)
    },
  )
})
