import { useWebSocket } from '@vueuse/core'
import { h, shallowRef } from 'vue'
import { fold } from './harness.ts'
import { offerVue } from './vue.ts'

offerVue(({ seat, url }) => {
  const folded = shallowRef(0)
  useWebSocket<string>(url, {
    onMessage(_socket, { data }) {
      seat.received++
      folded.value = fold(folded.value, data)
    },
  })
  return () => {
    seat.renders++
    seat.folded = folded.value
    return h('span', folded.value)
  }
})
