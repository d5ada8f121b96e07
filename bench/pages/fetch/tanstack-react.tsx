import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { type LiveProps, offerReact, shown } from './react.tsx'
import { fetcher } from './stage.ts'

const client = new QueryClient()

function Live({ seat: { url }, seat }: LiveProps) {
  const { data } = useQuery({ queryKey: [url], queryFn: () => fetcher(url) })
  return shown(seat, data)
}

function Again({ seat: { url }, seat }: LiveProps) {
  const { data, refetch } = useQuery({ queryKey: [url], queryFn: () => fetcher(url) })
  seat.refetch = refetch
  return shown(seat, data)
}

offerReact(Live, Again, (children) => <QueryClientProvider client={client}>{children}</QueryClientProvider>)
