import { KeepAlive, createApp, defineComponent, h, shallowRef } from 'vue'
import { useConnection } from '@tautline/vue'
import type { ListenerProps, MountPage } from '../../../server/scenarios/connection/components.ts'

const createListener = ({ createTransports, createOptions, onRender }: ListenerProps) =>
  defineComponent({
    setup() {
      const { transport, data } = useConnection(createTransports, createOptions)
      return () => {
        onRender(transport.value)
        return h('output', data.value?.seq)
      }
    },
  })

/** Mounts the components with Vue. */
export const mountWithVue: MountPage = ({ staying, sharing, continuing, returning }) => {
  const mountPoint = document.body.appendChild(document.createElement('main'))
  const isShown = shallowRef(false)
  const [Staying, Sharing, Continuing, Returning] = [
    createListener(staying),
    createListener(sharing),
    createListener(continuing),
    createListener(returning),
  ]
  const app = createApp(() => [
    h(Staying),
    isShown.value ? [h(Sharing), h(Continuing)] : null,
    h(KeepAlive, () => (isShown.value ? h(Returning) : null)),
  ])
  app.mount(mountPoint)
  const unmount = () => {
    if (!mountPoint.isConnected) return
    app.unmount()
    mountPoint.remove()
  }
  return { show: (next) => void (isShown.value = next), unmount }
}
