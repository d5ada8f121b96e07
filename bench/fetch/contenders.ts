import type { Contender } from '../contenders.ts'

/** One way to fetch JSON in a component. `value` is the call. */
export interface FetchContender extends Contender {
  readonly framework: 'React' | 'Vue'
  readonly ours?: true
  /** The exports that a component needs, for the size case. */
  readonly exports: string
}

/** The page script that replaces `fetch` by a stub. */
export const STUB = 'fetch/stub'

const query = 'TanStack Query'

export const fetchContenders: readonly FetchContender[] = [
  {
    page: 'fetch/tautline-react',
    title: '**Tautline**, React',
    value: '`useFetch(url)`',
    framework: 'React',
    ours: true,
    exports: "{ useFetch } from '@tautline/react'",
  },
  {
    page: 'fetch/tautline-vue',
    title: '**Tautline**, Vue',
    value: '`useFetch(url)`',
    framework: 'Vue',
    ours: true,
    exports: "{ useFetch } from '@tautline/vue'",
  },
  {
    page: 'fetch/swr',
    title: 'SWR 2.5.1, React',
    value: '`useSWR(url, fetcher)`',
    framework: 'React',
    exports: "{ default } from 'swr'",
  },
  {
    page: 'fetch/tanstack-react',
    title: `${query} 5.108.4, React`,
    value: '`useQuery({ queryKey, queryFn })`',
    framework: 'React',
    exports: "{ QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'",
  },
  {
    page: 'fetch/tanstack-vue',
    title: `${query} 5.104.0, Vue`,
    value: '`useQuery({ queryKey, queryFn })`',
    framework: 'Vue',
    exports: "{ VueQueryPlugin, useQuery } from '@tanstack/vue-query'",
  },
  {
    page: 'fetch/vueuse',
    title: 'VueUse 15.0.0, Vue',
    value: '`useFetch(url).json()`',
    framework: 'Vue',
    exports: "{ useFetch } from '@vueuse/core'",
  },
]

/** What the size case needs of a contender. */
export type SizeContender = Pick<FetchContender, 'title' | 'exports' | 'ours'>

/** Clients without a hook, which the size case measures too. */
export const clients: readonly SizeContender[] = [
  { title: 'ky 2.1.0', exports: "{ default } from 'ky'" },
  { title: 'axios 1.21.1', exports: "{ default } from 'axios'" },
]
