import { createFetchCache, localStorageStore } from '@tautline/core'

const cache = createFetchCache({ store: localStorageStore({ version: '3' }) })

/** The options of the provider. */
export const optionsOf = (user: { readonly id: string }) => ({ key: user.id, fetch: { cache } })
