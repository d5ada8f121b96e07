export { type FetchResult, useFetch } from './use-fetch.ts'
export { type FetchPagesResult, useFetchPages } from './use-fetch-pages.ts'
