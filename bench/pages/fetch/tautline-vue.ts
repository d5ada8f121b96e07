import { useFetch } from '@tautline/vue'
import type { Named } from './stage.ts'
import { offerVue, shown } from './vue.ts'

offerVue(
  ({ seat }) => {
    const { data } = useFetch<Named>(seat.url)
    return () => shown(seat, data.value)
  },
  ({ seat }) => {
    const { data, refetch } = useFetch<Named>(seat.url)
    seat.refetch = refetch
    return () => shown(seat, data.value)
  },
)
