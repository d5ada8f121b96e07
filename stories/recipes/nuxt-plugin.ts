import { createFetchCache } from '@tautline/core'
import { tautline } from '@tautline/vue'
import { type App, reactive } from 'vue'

// Nuxt declares this function. Here it is declared for the check of the types.
declare function defineNuxtPlugin(setup: (nuxt: { readonly vueApp: App }) => void): unknown

/** `plugins/tautline.ts`: runs once for each request on the server, and once in the page. */
export default defineNuxtPlugin(({ vueApp }) => {
  const defaults = reactive({ key: undefined as string | undefined, fetch: { cache: createFetchCache() } })
  vueApp.use(tautline, defaults).provide('defaults', defaults)
})
