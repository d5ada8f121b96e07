import { KeepAlive, createApp, defineComponent, h, shallowRef } from 'vue'
import { useConnection } from '@tautline/vue'
import { liveOptions } from '../../server/scenarios/connection/broken-networks.ts'
import {
  type ComponentProps,
  componentsOnBrokenNetworks,
} from '../../server/scenarios/connection/components.ts'
import { url } from '../support/demo-server.ts'

const createListener = ({ createTransports, onRender, ...handlers }: ComponentProps) =>
  defineComponent({
    setup() {
      const { transport, data } = useConnection(createTransports, { ...liveOptions, ...handlers })
      return () => {
        onRender(transport.value)
        return h('output', data.value?.seq)
      }
    },
  })

componentsOnBrokenNetworks(
  () => url,
  (first, second) => {
    const mountPoint = document.body.appendChild(document.createElement('main'))
    const isShown = shallowRef(false)
    const [First, Second] = [createListener(first), createListener(second)]
    const app = createApp(() => [h(First), h(KeepAlive, () => (isShown.value ? h(Second) : null))])
    app.mount(mountPoint)
    const unmount = () => {
      if (!mountPoint.isConnected) return
      app.unmount()
      mountPoint.remove()
    }
    return { show: (next) => void (isShown.value = next), unmount }
  },
)
