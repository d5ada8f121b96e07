import { type Plugin, type PropType, type VNode, createApp, defineComponent, h } from 'vue'
import { type Named, type Seat, grouped, note, offer } from './stage.ts'

interface LiveProps {
  readonly seat: Seat
}

/** The render function of one component; called once, as `setup` is. */
type Setup = (props: LiveProps) => () => VNode

/** What every component renders. */
export function shown(seat: Seat, data: Named | null | undefined): VNode {
  note(seat, data?.name)
  return h('span', data?.name)
}

/** The same components without a hook, and with the same props: what is over them is the hook's. */
const blank: Setup =
  ({ seat }) =>
  () =>
    shown(seat, seat)

/** Offers a Vue component that shows what it asked for, and one that can ask again; `plugin`: what both need in their app. */
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
