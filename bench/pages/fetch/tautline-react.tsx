import { useFetch } from '@tautline/react'
import { type LiveProps, offerReact, shown } from './react.tsx'
import type { Named } from './stage.ts'

function Live({ seat }: LiveProps) {
  const { data } = useFetch<Named>(seat.url)
  return shown(seat, data)
}

function Again({ seat }: LiveProps) {
  const { data, refetch } = useFetch<Named>(seat.url)
  seat.refetch = refetch
  return shown(seat, data)
}

offerReact(Live, Again)
