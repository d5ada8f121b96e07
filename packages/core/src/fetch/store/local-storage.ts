import type { FetchStore } from '../options.ts'
import { webStorage } from '../../platform/browser.ts'
import { createStore } from './store.ts'
import {
  type FetchStoreOptions,
  type LoadedStore,
  type StoreAdapter,
  type StoreChange,
  type StoredBody,
  type StoredHead,
  type StoredResponse,
  isNewer,
  isStorableKey,
  isStoredHead,
  keysBeyond,
} from './stored-response.ts'

/** Options of `localStorageStore()`. */
export interface LocalStorageStoreOptions extends FetchStoreOptions {
  /** Another storage with the same methods, such as `sessionStorage`. @default localStorage */
  readonly storage?: Pick<Storage, 'length' | 'key' | 'getItem' | 'setItem' | 'removeItem'> | undefined
}

/**
 * Keeps the responses of a cache in `localStorage`, so that they are shown at once after a reload. They are read
 * synchronously, before the first render. Browsers store about 5 million characters for each origin.
 *
 * Only responses to GET and QUERY requests with a `key` are stored. `forgetUser()` and `clear()` remove them in all tabs.
 *
 * @example
 * const cache = createFetchCache({ store: localStorageStore({ version: '3' }) })
 */
export function localStorageStore({ storage, ...options }: LocalStorageStoreOptions = {}): FetchStore {
  const { name = 'tautline' } = options
  // Reading `localStorage` throws if the browser forbids it.
  const open = () => storage ?? webStorage()
  return createStore(2_097_152, options, (now) => new WebStorageAdapter(open, name, now))
}

type WebStorage = NonNullable<LocalStorageStoreOptions['storage']>

/** An item for each response, and one for the epoch. */
class WebStorageAdapter implements StoreAdapter {
  readonly channel: string
  readonly #open: () => WebStorage
  readonly #name: string
  readonly #now: () => number

  constructor(open: () => WebStorage, name: string, now: () => number) {
    this.channel = `tautline storage ${name}`
    this.#open = open
    this.#name = name
    this.#now = now
  }

  load(version: string, createEpoch: (before?: string) => string): LoadedStore {
    const storage = this.#open()
    const before = this.readEpoch() ?? undefined
    if (before?.startsWith(version) !== true) this.remove(() => true, createEpoch(before))
    const responses = this.#keys().flatMap((key) => {
      const item = storage.getItem(this.#itemOf(key)) ?? ''
      const response = readItem(item, key)
      if (!response) storage.removeItem(this.#itemOf(key))
      return response ?? []
    })
    // Another tab may have written at the same time.
    return { epoch: this.readEpoch() ?? '', responses }
  }

  readEpoch(): string | null {
    return this.#open().getItem(this.#name)
  }

  write(
    changes: ReadonlyMap<string, StoreChange>,
    epoch: string,
    limits: { entries: number; bytes: number },
  ) {
    if (this.readEpoch() !== epoch) return false
    const failures: unknown[] = []
    for (const [key, change] of changes) {
      try {
        this.#apply(key, change)
      } catch (cause) {
        failures.push(cause)
      }
    }
    this.#removeItems(keysBeyond(this.#sizes(), limits))
    // Storage has no transactions: another tab may have logged out in between.
    if (this.readEpoch() !== epoch) {
      this.#removeItems([...changes.keys()])
      return false
    }
    if (failures.length > 0) throw failures[0]
    return true
  }

  remove(matches: (key: string) => boolean, epoch: string): void {
    // The epoch first: a tab that writes at the same time reads it again after its write.
    const setEpoch = () => this.#open().setItem(this.#name, epoch)
    const removeItems = () => this.#removeItems(this.#keys().filter(matches))
    try {
      setEpoch()
    } catch {
      // There is no space.
      removeItems()
      setEpoch()
    }
    removeItems()
  }

  #itemOf(key: string): string {
    return `${this.#name}:${key}`
  }

  #keys(): string[] {
    const storage = this.#open()
    const prefix = this.#itemOf('')
    return Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '')
      .filter((item) => item.startsWith(prefix))
      .map((item) => item.slice(prefix.length))
      .filter(isStorableKey)
  }

  #removeItems(keys: readonly string[]): void {
    for (const key of keys) this.#open().removeItem(this.#itemOf(key))
  }

  #sizes() {
    return this.#keys().map((key) => sizeOf(this.#open().getItem(this.#itemOf(key)) ?? '', key))
  }

  #apply(key: string, { head, body, onlyId }: StoreChange): void {
    const storage = this.#open()
    const before = storage.getItem(this.#itemOf(key)) ?? ''
    const existing = body === undefined && (head || onlyId !== undefined) ? readItem(before, key) : undefined
    if (!head && (onlyId === undefined || existing?.head.id === onlyId)) storage.removeItem(this.#itemOf(key))
    if (!head) return
    const content = body ?? (existing?.head.id === head.id ? existing.body : undefined)
    if (content === undefined || isNewer(sizeOf(before, key).receivedAt, head, this.#now())) return
    // An outdated response must not stay if there is no space for the new one.
    storage.removeItem(this.#itemOf(key))
    this.#set(key, writeItem({ head, body: content }))
  }

  /** Removes the oldest responses until there is space. @throws DOMException if there is none */
  #set(key: string, item: string): void {
    for (;;) {
      try {
        return this.#open().setItem(this.#itemOf(key), item)
      } catch (cause) {
        const sizes = this.#sizes()
        if (sizes.length === 0) throw cause
        this.#removeItems(keysBeyond(sizes, { entries: Math.floor(sizes.length / 2), bytes: Infinity }))
      }
    }
  }
}

/** Numbers at the beginning, so that the limits need not parse the rest. */
function writeItem({ head, body }: StoredResponse): string {
  const text = typeof body === 'string' ? body : undefined
  const bytes = typeof body === 'string' ? undefined : toBinaryText(body)
  return `${head.receivedAt} ${head.size} ${JSON.stringify({ head, text, bytes })}`
}

/** Undefined for content that is cut off or foreign. */
function readItem(item: string, key: string): StoredResponse | undefined {
  try {
    const content = Object(JSON.parse(item.replace(/^\S+ \S+ /, ''))) as Record<string, unknown> // checked below
    const { head, text, bytes } = content
    const body: StoredBody | undefined =
      typeof text === 'string' ? text : typeof bytes === 'string' ? fromBinaryText(bytes) : undefined
    return isStoredHead(head) && head.key === key && body !== undefined ? { head, body } : undefined
  } catch {
    return undefined
  }
}

function sizeOf(item: string, key: string): Pick<StoredHead, 'key' | 'receivedAt' | 'size'> {
  const [receivedAt, size] = item.split(' ', 2).map((part) => Number(part) || 0)
  return { key, receivedAt: receivedAt ?? 0, size: size ?? 0 }
}

/** A character for each byte. */
const toBinaryText = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('')

const fromBinaryText = (text: string): ArrayBuffer =>
  Uint8Array.from(text, (character) => character.charCodeAt(0)).buffer
