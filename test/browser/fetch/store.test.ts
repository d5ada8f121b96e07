import { describe, expect, onTestFinished, test } from 'vitest'
import {
  type FetchStore,
  type FetchStoreOptions,
  createFetch,
  createFetchCache,
  forgetUser,
  indexedDbStore,
  localStorageStore,
} from '@tautline/core'

/** Opens a page of the same origin, with a storage and events of its own, as another tab has. */
async function openTab(name: string, create: (options: FetchStoreOptions) => FetchStore, etag = '"1"') {
  const requests: Headers[] = []
  const environment = {
    fetch: (_url: string, init: RequestInit) => {
      requests.push(new Headers(init.headers))
      const headers = { 'content-type': 'application/json', 'cache-control': 'max-age=600', etag }
      return Promise.resolve(new Response(`{"name":"Ada","bytes":"${'€'.repeat(100)}"}`, { headers }))
    },
  }
  const cache = createFetchCache({ store: create({ name }) })
  const open = (key = 'ada', url = '/store/user') => {
    const user = createFetch<{ name: string }>(url, { cache, key, environment, notify: 'sync' })
    const stop = user.subscribe(() => {})
    onTestFinished(stop)
    return { user, stop }
  }
  return { cache, environment, requests, open }
}

let count = 0
const newName = () => `test-store-${Date.now()}-${(count += 1)}`

const isStored = async (name: string, create: (options: FetchStoreOptions) => FetchStore) => {
  const tab = await openTab(name, create)
  const { user, stop } = tab.open()
  await expect.poll(() => user.getSnapshot().status).toBe('success')
  stop()
  return tab.requests.length === 0
}

/** Flushes what is to be written, as a page does that is left. */
const leave = () => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
const comeBack = () => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))

describe.each([
  ['localStorage', localStorageStore],
  ['IndexedDB', indexedDbStore],
] as const)('%s', (_, create) => {
  test('[cache-store] shows a stored response after a reload without a request', async () => {
    const name = newName()
    const { open, requests } = await openTab(name, create)
    const { user } = open()
    await expect.poll(() => user.getSnapshot().status).toBe('success')
    expect(requests).toHaveLength(1)
    leave()
    comeBack()
    await expect.poll(() => isStored(name, create)).toBe(true)
    const next = await openTab(name, create)
    const other = next.open('bob')
    await expect.poll(() => other.user.getSnapshot().status).toBe('success')
    expect(next.requests).toHaveLength(1)
  })

  test('[cache-store-log-out] a log-out in one tab empties the other and the store', async () => {
    const name = newName()
    const one = await openTab(name, create)
    const other = await openTab(name, create)
    const { user } = other.open()
    one.open()
    await expect.poll(() => user.getSnapshot().status).toBe('success')
    leave()
    comeBack()
    await expect.poll(() => isStored(name, create)).toBe(true)
    const statuses: unknown[] = []
    onTestFinished(user.subscribe(() => void statuses.push(user.getSnapshot().data)))
    const before = other.requests.length
    await forgetUser(undefined, { cache: one.cache })
    await expect.poll(() => other.requests.length).toBe(before + 1)
    expect(statuses).toContain(undefined)
  })
})

test('[cache-store-log-out] a log-out is announced to other documents of the origin, by localStorage and by IndexedDB', async () => {
  for (const create of [localStorageStore, indexedDbStore]) {
    const name = newName()
    const tab = await openTab(name, create)
    const { user } = tab.open()
    await expect.poll(() => user.getSnapshot().status).toBe('success')
    leave()
    comeBack()
    await expect.poll(() => isStored(name, create)).toBe(true)
    const frame = document.body.appendChild(document.createElement('iframe'))
    onTestFinished(() => frame.remove())
    const Channel = Object(frame.contentWindow).BroadcastChannel as typeof BroadcastChannel
    expect(Channel).not.toBe(BroadcastChannel)
    const kind = create === localStorageStore ? 'storage' : 'indexeddb'
    const received = new Promise((resolve) => {
      const channel = new Channel(`tautline ${kind} ${name}`)
      onTestFinished(() => channel.close())
      channel.onmessage = ({ data }: MessageEvent) => resolve(data)
    })
    await forgetUser(undefined, { cache: tab.cache })
    await expect(received).resolves.toMatchObject({ isClear: false })
  }
})
