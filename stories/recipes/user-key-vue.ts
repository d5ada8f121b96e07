import { tautline } from '@tautline/vue'
import { type Component, createApp, reactive } from 'vue'

declare const App: Component

/** With SSR it runs once for each request. An object at module level would be shared by all users. */
export function createMyApp(user?: { readonly id: string }) {
  const defaults = reactive({ key: user?.id })
  return createApp(App).use(tautline, defaults).provide('defaults', defaults)
}
