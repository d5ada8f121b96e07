import { type Plugin, type PropType, type VNode, createApp, defineComponent, h } from 'vue'
import { type Named, type Seat, grouped, note, offer } from './stage.ts'

interface LiveProps {
  readonly seat: Seat
}

/** Like `setup`: it is called once, and returns the render function. */
type Setup = (props: LiveProps) => () => VNode

/** The content of every component. */
export function shown(seat: Seat, data: Named | null | undefined): VNode {
  note(seat, data?.name)
  return h('span', data?.name)
}

/** The same component without a hook. The difference to it is the cost of the hook. */
const blank: Setup =
  ({ seat }) =>
  () =>
    shown(seat, seat)

/** Makes a Vue component that fetches available to the driver, and one that can refetch. `plugin` is added to the app. */
export function offerVue(live: Setup, again: Setup, plugin?: Plugin): void {
  const props = { seat: { type: Object as PropType<Seat>, required: true } } as const
  const mount = (setup: Setup, plugin?: Plugin) => {
    const component = defineComponent({ props, setup })
    return (root: Element, seats: readonly Seat[]) => {
      const row = (group: readonly Seat[], key: number) =>
        h(
          'p',
          { key },
          group.map((seat) => h(component, { seat, key: seat.number })),
        )
      const app = createApp({ render: () => grouped(seats).map(row) })
      if (plugin) app.use(plugin)
      app.mount(root)
      return () => app.unmount()
    }
  }
  offer({ live: mount(live, plugin), again: mount(again, plugin), blank: mount(blank) })
}
