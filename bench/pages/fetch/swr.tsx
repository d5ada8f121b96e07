import useSWR from 'swr'
import { type LiveProps, offerReact, shown } from './react.tsx'
import { fetcher } from './stage.ts'

function Live({ seat }: LiveProps) {
  const { data } = useSWR(seat.url, fetcher)
  return shown(seat, data)
}

function Again({ seat }: LiveProps) {
  const { data, mutate } = useSWR(seat.url, fetcher)
  seat.refetch = () => mutate()
  return shown(seat, data)
}

offerReact(Live, Again)
