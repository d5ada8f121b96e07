import { createFetchCache } from '@tautline/core'
import { tautline } from '@tautline/vue'
import { type Component, createSSRApp } from 'vue'

declare const App: Component

/** Runs once for each incoming request. */
export function createServerApp(user: { readonly id: string }) {
  return createSSRApp(App).use(tautline, { key: user.id, fetch: { cache: createFetchCache() } })
}
