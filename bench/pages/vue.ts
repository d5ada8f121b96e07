import { type Component, type PropType, createApp, defineComponent, h } from 'vue'
import { type Seat, offer } from './harness.ts'

export interface LiveProps {
  readonly seat: Seat
  readonly url: string
}

/** Like `setup`: it is called once, and returns the render function. */
type Setup<Props> = (props: Props) => () => ReturnType<typeof h>

const blank: Setup<object> = () => () => h('span', '0')

function mount(root: Element, component: Component, props: readonly object[]): () => void {
  const app = createApp({ render: () => props.map((each, key) => h(component, { ...each, key })) })
  app.mount(root)
  return () => app.unmount()
}

/** Makes a Vue component that shows messages available to the driver, and one with an idle hook. */
export function offerVue(live: Setup<LiveProps>, idle?: Setup<object>): void {
  const props = {
    seat: { type: Object as PropType<Seat>, required: true },
    url: { type: String, required: true },
  } as const
  const Live = defineComponent({ props, setup: live })
  offer({
    live: (root, seats, url) =>
      mount(
        root,
        Live,
        seats.map((seat) => ({ seat, url })),
      ),
    ...(idle && {
      idle: (root, seats) =>
        mount(
          root,
          { setup: idle },
          seats.map(() => ({})),
        ),
    }),
    blank: (root, seats) =>
      mount(
        root,
        { setup: blank },
        seats.map(() => ({})),
      ),
  })
}
