export type { FetchResult } from './fetch-result.ts'
export { useFetch } from './use-fetch.ts'
export { type FetchResults, useFetches } from './use-fetches.ts'
export { type FetchPagesResult, useFetchPages } from './use-fetch-pages.ts'
