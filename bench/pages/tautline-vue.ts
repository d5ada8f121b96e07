import { useWebSocket } from '@tautline/vue'
import { h } from 'vue'
import { fold } from './harness.ts'
import { offerVue } from './vue.ts'

offerVue(
  ({ seat, url }) => {
    const { data } = useWebSocket(url, {
      reduce: fold,
      initialData: 0,
      onMessage: () => void seat.received++,
    })
    return () => {
      seat.renders++
      seat.folded = data.value
      return h('span', data.value)
    }
  },
  () => {
    const { status } = useWebSocket(null)
    return () => h('span', status.value)
  },
)
