import type { FetchStore } from '../options.ts'
import { indexedDatabases } from '../../platform/browser.ts'
import { isArrayBuffer } from '../../shared/brand.ts'
import { createStore } from './store.ts'
import {
  type FetchStoreOptions,
  type LoadedStore,
  type StoreAdapter,
  type StoreChange,
  type StoreLimits,
  type StoredResponse,
  type StoredSize,
  isNewer,
  isStoredHead,
  keysBeyond,
} from './stored-response.ts'

/**
 * Keeps the responses of a cache in IndexedDB, so that they are shown soon after a reload. It has space for much more
 * than `localStorage`, but is read asynchronously: requests wait for it up to a second.
 *
 * Only responses to GET and QUERY requests with a `key` are stored. `forgetUser()` and `clear()` remove them in all tabs.
 *
 * @example
 * const cache = createFetchCache({ store: indexedDbStore({ version: '3' }) })
 */
export function indexedDbStore(options: FetchStoreOptions = {}): FetchStore {
  const { name = 'tautline' } = options
  return createStore(16_777_216, options, (now) => new IndexedDbAdapter(name, now))
}

interface Tables {
  /** `StoredResponse` by the key in its head. */
  readonly responses: IDBObjectStore
  /** The epoch, by the key 0. */
  readonly epoch: IDBObjectStore
}

/** Each call has a transaction of its own, so a log-out in another tab is before or after it. */
class IndexedDbAdapter implements StoreAdapter {
  readonly channel: string
  readonly #name: string
  readonly #now: () => number

  constructor(name: string, now: () => number) {
    this.channel = `tautline indexeddb ${name}`
    this.#name = name
    this.#now = now
  }

  load(version: string, createEpoch: (before?: string) => string): Promise<LoadedStore> {
    return this.#transact(async ({ responses, epoch }) => {
      const stored: unknown = await resultOf(epoch.get(0))
      const before = typeof stored === 'string' ? stored : undefined
      if (before?.startsWith(version)) {
        const all: unknown[] = await resultOf(responses.getAll())
        return { epoch: before, responses: all.filter(isStoredResponse) }
      }
      const created = createEpoch(before)
      responses.clear()
      epoch.put(created, 0)
      return { epoch: created, responses: [] }
    })
  }

  readEpoch(): Promise<unknown> {
    return this.#transact<unknown>(({ epoch }) => resultOf(epoch.get(0)))
  }

  async write(
    changes: ReadonlyMap<string, StoreChange>,
    epoch: string,
    limits: StoreLimits,
  ): Promise<boolean> {
    try {
      return await this.#write(changes, epoch, () => limits)
    } catch (cause) {
      // There is no space, and nothing was written. Outdated responses must not stay.
      const removals = new Map([...changes.keys()].map((key) => [key, {}]))
      const half = (count: number) => ({ entries: Math.floor(count / 2), bytes: limits.bytes })
      if (await this.#write(removals, epoch, half)) throw cause
      return false
    }
  }

  #write(
    changes: ReadonlyMap<string, StoreChange>,
    epoch: string,
    limitsFor: (count: number) => StoreLimits,
  ): Promise<boolean> {
    return this.#transact(async (tables) => {
      if ((await resultOf(tables.epoch.get(0))) !== epoch) return false
      for (const [key, change] of changes) await this.#apply(tables.responses, key, change)
      const sizes = await readSizes(tables.responses)
      for (const key of keysBeyond(sizes, limitsFor(sizes.length))) tables.responses.delete(key)
      return true
    })
  }

  remove(matches: (key: string) => boolean, nextEpoch: string): Promise<void> {
    return this.#transact(async ({ responses, epoch }) => {
      epoch.put(nextEpoch, 0)
      for (const key of await resultOf(responses.getAllKeys()))
        if (typeof key === 'string' && matches(key)) responses.delete(key)
    })
  }

  async #apply(responses: IDBObjectStore, key: string, { head, body, onlyId }: StoreChange): Promise<void> {
    if (!head && onlyId === undefined) return void responses.delete(key)
    const before: unknown = await resultOf(responses.get(key))
    const existing = isStoredResponse(before) ? before : undefined
    if (!head) return void (existing?.head.id === onlyId && responses.delete(key))
    const content = body ?? (existing?.head.id === head.id ? existing.body : undefined)
    if (content === undefined || isNewer(existing?.head.receivedAt ?? 0, head, this.#now())) return
    responses.put({ head, body: content })
  }

  /** The connection is closed after each transaction, since an open one may keep a page out of the back/forward cache. */
  async #transact<Result>(run: (tables: Tables) => Promise<Result>): Promise<Result> {
    const request = indexedDatabases().open(this.#name, 1)
    request.onupgradeneeded = () => {
      const { result } = request
      const responses = result.createObjectStore('responses', { keyPath: 'head.key' })
      responses.createIndex('size', ['head.receivedAt', 'head.size'])
      result.createObjectStore('epoch')
    }
    const database = await resultOf(request)
    try {
      const transaction = database.transaction(['responses', 'epoch'], 'readwrite')
      const completed = new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve()
        transaction.onabort = () => reject(transaction.error)
      })
      const tables = {
        responses: transaction.objectStore('responses'),
        epoch: transaction.objectStore('epoch'),
      }
      const [result] = await Promise.all([run(tables), completed])
      return result
    } finally {
      database.close()
    }
  }
}

const isStoredResponse = (content: unknown): content is StoredResponse => {
  const { head, body } = Object(content)
  return isStoredHead(head) && (typeof body === 'string' || isArrayBuffer(body))
}

/** Reads the sizes from the index, without the bodies. */
function readSizes(responses: IDBObjectStore): Promise<StoredSize[]> {
  const sizes: StoredSize[] = []
  const request = responses.index('size').openKeyCursor()
  return new Promise((resolve, reject) => {
    request.onerror = () => reject(request.error)
    request.onsuccess = () => {
      const cursor = request.result
      if (!cursor) return resolve(sizes)
      const [receivedAt, size] = [cursor.key].flat()
      sizes.push({
        key: cursor.primaryKey as string, // the path of the key is that of a checked head
        receivedAt: Number(receivedAt),
        size: Number(size),
      })
      cursor.continue()
    }
  })
}

const resultOf = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
