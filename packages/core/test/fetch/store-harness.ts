import { createFetchCache, localStorageStore } from '../../src/fetch/index.ts'
import type { CacheOptions, LocalStorageStoreOptions } from '../../src/fetch/index.ts'
import { type AnyOptions, mountFetch } from './harness.ts'
import { createTestEnvironment } from '../../src/testing/index.ts'
import type { UrlOption } from '../../src/fetch/index.ts'

/** A storage in memory, which all tabs of a test share. */
export function createStorage(): Storage {
  const items = new Map<string, string>()
  return {
    get length() {
      return items.size
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => void items.set(name, value),
    removeItem: (name) => void items.delete(name),
    clear: () => items.clear(),
  }
}

/** All that is stored, as text. */
export const contentOf = (storage: Storage): string =>
  Array.from({ length: storage.length }, (_, index) => {
    const name = storage.key(index) ?? ''
    return `${name}=${storage.getItem(name)}`
  }).join('\n')

/** How many responses are stored. */
export const countOf = (storage: Storage): number => contentOf(storage).split('tautline:').length - 1

/** Opens a tab: a page with a clock, a network and a cache of its own. */
export function openTab(
  storage: LocalStorageStoreOptions['storage'],
  options: LocalStorageStoreOptions & { readonly start?: number; readonly isServer?: boolean } = {},
  more: CacheOptions = {},
) {
  const { start = 1_000_000, isServer = false, ...storeOptions } = options
  const environment = createTestEnvironment({ start, isServer, random: Math.random })
  const cache = createFetchCache({ ...more, store: localStorageStore({ storage, ...storeOptions }) })
  const mount = (url: UrlOption = '/user', given: AnyOptions = {}) =>
    mountFetch(environment, url, { cache, key: 'ada', ...given })
  return { environment, cache, mount }
}
