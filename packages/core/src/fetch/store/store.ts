import type { Environment } from '../../platform/environment.ts'
import type { CacheContext } from '../cache/types.ts'
import type { FetchStore } from '../options.ts'
import type { FetchStoreOptions, StoreAdapter } from './stored-response.ts'
import { StoreSession } from './store-session.ts'
import { StoredResponses } from './stored-responses.ts'

/** Creates a store. Each cache that uses it, and each environment, has a session of its own. */
export function createStore(
  defaultBytes: number,
  { bytes = defaultBytes, entries = 200, maxAge = 604_800_000, version = '' }: FetchStoreOptions,
  createAdapter: (now: Environment['now']) => StoreAdapter,
): FetchStore {
  return {
    connect(given) {
      const context = given as CacheContext // only `createFetchCache` calls it
      const adapter = createAdapter(() => context.environment.now())
      const settings = { bytes, entries, maxAge, version }
      const stored = new StoredResponses(adapter, context.environment, settings)
      new StoreSession(context, stored, adapter.channel).start()
    },
  }
}
