export type { FetchResult } from './fetch-result.ts'
export { useFetch } from './use-fetch.ts'
