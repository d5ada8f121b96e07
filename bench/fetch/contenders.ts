import type { Contender } from '../contenders.ts'

/** One way to fetch JSON in a component. `value` is the call. */
export interface FetchContender extends Contender {
  readonly framework: 'React' | 'Vue'
  readonly ours?: true
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
  },
  {
    page: 'fetch/tautline-vue',
    title: '**Tautline**, Vue',
    value: '`useFetch(url)`',
    framework: 'Vue',
    ours: true,
  },
  {
    page: 'fetch/swr',
    title: 'SWR 2.5.1, React',
    value: '`useSWR(url, fetcher)`',
    framework: 'React',
  },
  {
    page: 'fetch/tanstack-react',
    title: `${query} 5.108.4, React`,
    value: '`useQuery({ queryKey, queryFn })`',
    framework: 'React',
  },
  {
    page: 'fetch/tanstack-vue',
    title: `${query} 5.104.0, Vue`,
    value: '`useQuery({ queryKey, queryFn })`',
    framework: 'Vue',
  },
  {
    page: 'fetch/vueuse',
    title: 'VueUse 15.0.0, Vue',
    value: '`useFetch(url).json()`',
    framework: 'Vue',
  },
]
