import { VueQueryPlugin, useQuery } from '@tanstack/vue-query'
import { fetcher } from './stage.ts'
import { offerVue, shown } from './vue.ts'

offerVue(
  ({ seat: { url }, seat }) => {
    const { data } = useQuery({ queryKey: [url], queryFn: () => fetcher(url) })
    return () => shown(seat, data.value)
  },
  ({ seat: { url }, seat }) => {
    const { data, refetch } = useQuery({ queryKey: [url], queryFn: () => fetcher(url) })
    seat.refetch = refetch
    return () => shown(seat, data.value)
  },
  VueQueryPlugin,
)
