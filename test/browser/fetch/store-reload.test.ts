import { describe, expect, onTestFinished, test } from 'vitest'
import * as ownCore from '@tautline/core'

type Core = typeof ownCore
type Method = 'localStorageStore' | 'indexedDbStore'

let count = 0

/** Opens a store in a document. `environment.fetch` responds with a number that no other response has. */
function openStore(core: Core, method: Method, name: string) {
  const requests: Headers[] = []
  const environment = {
    fetch: (_url: string, init: RequestInit) => {
      requests.push(new Headers(init.headers))
      const headers = { 'content-type': 'application/json', 'cache-control': 'max-age=600', etag: '"1"' }
      return Promise.resolve(new Response(`{"number":${(count += 1)}}`, { headers }))
    },
  }
  const cache = core.createFetchCache({ store: core[method]({ name }) })
  const open = () => {
    const options = { cache, key: 'ada', environment, notify: 'sync' } as const
    const user = core.createFetch<{ number: number }>('/store-reload/user', options)
    const stop = user.subscribe(() => {})
    return { user, stop, number: () => user.getSnapshot().data?.number }
  }
  return { cache, requests, open }
}

const resultOf = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** Returns the number in the stored body. The store exists already. */
async function readStored(method: Method, name: string): Promise<number | undefined> {
  let content = ''
  if (method === 'localStorageStore')
    for (const [key, item] of Object.entries(localStorage)) content += key.startsWith(`${name}:`) ? item : ''
  else {
    const database = await resultOf(indexedDB.open(name))
    const responses = database.transaction('responses').objectStore('responses')
    content = JSON.stringify(await resultOf(responses.getAll()))
    database.close()
  }
  const [, number] = /number\W+(\d+)/.exec(content) ?? []
  return number === undefined ? undefined : Number(number)
}

/** Opens a document of this origin that loads the code itself. `reload` loads it anew. */
async function openDocument() {
  const frame = document.createElement('iframe')
  const source = new URL('/packages/core/src/index.ts', location.href).href
  frame.srcdoc = `<script type="module">globalThis.core = await import(${JSON.stringify(source)})</script>`
  document.body.append(frame)
  onTestFinished(() => frame.remove())
  const loaded = async (before?: Core) => {
    const get = () => Object(frame.contentWindow).core as Core | undefined
    await expect.poll(() => get() !== undefined && get() !== before).toBe(true)
    return get() ?? ownCore
  }
  const core = await loaded()
  expect(core.createFetch).not.toBe(ownCore.createFetch)
  return {
    core,
    async reload() {
      const before = Object(frame.contentWindow).core as Core
      frame.contentWindow?.location.reload()
      return loaded(before)
    },
  }
}

describe.each(['localStorageStore', 'indexedDbStore'] as const)('%s', (method) => {
  /** Loads a response in a document of its own, and waits until it is stored. */
  async function openStored() {
    const name = `test-reload-${Date.now()}-${count}`
    const tab = await openDocument()
    const { number } = openStore(tab.core, method, name).open()
    await expect.poll(number).toBeDefined()
    await expect.poll(() => readStored(method, name)).toBe(number())
    return { ...tab, name, number: number() }
  }

  test('[cache-store] a document that is loaded anew shows the stored response without a request', async () => {
    const { reload, name, number } = await openStored()
    const { open, requests } = openStore(await reload(), method, name)
    const next = open()
    if (method === 'localStorageStore') expect(next.number()).toBe(number)
    await expect.poll(next.number).toBe(number)
    expect(requests).toEqual([])
  })

  test('[cache-store-log-out] a log-out in one document removes the data of another, which shows nothing after a reload', async () => {
    const { reload, name, number } = await openStored()
    const core = await reload()
    const other = openStore(core, method, name)
    const shown = other.open()
    await expect.poll(shown.number).toBe(number)
    await ownCore.forgetUser(undefined, { cache: openStore(ownCore, method, name).cache })
    await expect.poll(() => other.requests.length).toBe(1)
    await expect.poll(shown.number).toBeGreaterThan(number ?? 0)
    const next = openStore(await reload(), method, name).open()
    await expect.poll(next.number).toBeGreaterThan(number ?? 0)
  })
})

test('[cache-store-failure] IndexedDB without space removes the outdated response, and stores the next one', async () => {
  const name = `test-full-${Date.now()}`
  const { open, requests } = openStore(ownCore, 'indexedDbStore', name)
  const { user, number } = open()
  await expect.poll(number).toBeDefined()
  const read = () => readStored('indexedDbStore', name)
  await expect.poll(read).toBe(number())
  const { put } = IDBObjectStore.prototype
  onTestFinished(() => void (IDBObjectStore.prototype.put = put))
  let isFull = true
  IDBObjectStore.prototype.put = function putIfSpace(...given) {
    if (isFull && Object(given[0]).head) {
      const request = put.apply(this, given)
      this.transaction.abort()
      return request
    }
    return put.apply(this, given)
  }
  await user.refetch()
  expect(requests).toHaveLength(2)
  await expect.poll(read).toBeUndefined()
  isFull = false
  await user.refetch()
  await expect.poll(read).toBe(number())
})
