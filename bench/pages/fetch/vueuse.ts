import { useFetch } from '@vueuse/core'
import type { Named } from './stage.ts'
import { offerVue, shown } from './vue.ts'

offerVue(
  ({ seat }) => {
    const { data } = useFetch(seat.url).json<Named>()
    return () => shown(seat, data.value)
  },
  ({ seat }) => {
    const { data, execute } = useFetch(seat.url).json<Named>()
    seat.refetch = () => execute()
    return () => shown(seat, data.value)
  },
)
