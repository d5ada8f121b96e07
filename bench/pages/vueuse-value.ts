import { useWebSocket } from '@vueuse/core'
import { h, watch } from 'vue'
import { fold } from './harness.ts'
import { offerVue } from './vue.ts'

offerVue(
  ({ seat, url }) => {
    const { data } = useWebSocket<string>(url, { onMessage: () => void seat.received++ })
    watch(data, (message) => {
      seat.folded = fold(seat.folded, message)
    })
    return () => {
      seat.renders++
      return h('span', data.value ?? '')
    }
  },
  () => {
    const { status } = useWebSocket(undefined)
    return () => h('span', status.value)
  },
)
