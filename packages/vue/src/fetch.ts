export { type FetchResult, useFetch } from './use-fetch.ts'
