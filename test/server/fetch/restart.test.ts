import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type DemoServer, type User, startDemoServer } from '@tautline/demo-server'
import { fetchOnce, client, isOver, look, person } from '../support/fetch/requests.ts'
import { createEnvironmentHarness } from '../support/environment-harness.ts'

/** A server that can be stopped and started again, with the same port and the same file. */
async function restartable() {
  const folder = mkdtempSync(join(tmpdir(), 'tautline-users-'))
  const database = join(folder, 'users.sqlite')
  let now: DemoServer | undefined = await startDemoServer({ database })
  const { url } = now
  onTestFinished(async () => {
    await now?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    url,
    harness: createEnvironmentHarness(() => ({ url, proxyUrl: url })),
    async stop() {
      await now?.close()
      now = undefined
    },
    async start() {
      now = await startDemoServer({ database, port: Number(new URL(url).port) })
      return now
    },
  }
}

test('[safe-retries] [cache-fresh] requests during a server restart wait for the server, and its users are unchanged', async () => {
  const server = await restartable()
  const users = client<User>(`${server.url}/users`, { method: 'POST' })
  const made = await users.execute({ json: person(server.harness) })
  const url = `${server.url}/users/${made.id}`
  const shown = await fetchOnce<User>(url, { retry: { delay: () => 20, limit: 1000 } })
  const { data } = shown.client.getSnapshot()
  expect(data).toEqual(made)

  await server.stop()
  const refreshed = shown.client.refetch()
  await shown.until(({ attempt }) => attempt >= 2)
  expect(shown.client.getSnapshot()).toMatchObject({ status: 'success', data: made, isFetching: true })
  expect(shown.retries.map(({ error }) => error)).toEqual(
    shown.retries.map(() => expect.objectContaining({ code: 'connect-failed' }) as Error),
  )
  const { requests } = await server.start()
  await expect(refreshed).resolves.toBe(data)
  expect(shown.client.getSnapshot()).toMatchObject({ status: 'success', error: undefined, isFetching: false })
  expect(requests.counts(`/users/${made.id}`)).toMatchObject({
    requests: 1,
    conditional: 1,
    notModified: 1,
  })
})

test('[safe-retries] changes that are sent while the server is down arrive when it is back; a POST reports an error', async () => {
  const server = await restartable()
  const retry = { delay: () => 20, limit: 1000 }
  const made = await client<User>(`${server.url}/users`, { method: 'POST' }).execute({
    json: person(server.harness),
  })
  const url = `${server.url}/users/${made.id}`
  await server.stop()
  const put = look<User>(url, { method: 'PUT', enabled: false, retry })
  const change = put.client.execute({ json: { ...made, city: 'While you were away' } })
  const post = client<User>(`${server.url}/users`, { method: 'POST', retry })
  await expect(post.execute({ json: person(server.harness) })).rejects.toMatchObject({
    code: 'connect-failed',
  })
  await put.until(({ attempt }) => attempt >= 2)
  expect(put.client.getSnapshot().status).toBe('pending')
  await server.start()
  await expect(change).resolves.toMatchObject({ city: 'While you were away', version: 2 })
  const request = await fetchOnce<User>(`${url}?test=after`)
  expect(request.client.getSnapshot().data).toMatchObject({ city: 'While you were away', version: 2 })
  expect(isOver(put.client.getSnapshot())).toBe(true)
})
