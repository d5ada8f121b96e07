import type { ComponentType, ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { type Named, type Seat, grouped, note, offer } from './stage.ts'

export interface LiveProps {
  readonly seat: Seat
}

/** What every component renders. */
export function shown(seat: Seat, data: Named | undefined): ReactNode {
  note(seat, data?.name)
  return <span>{data?.name}</span>
}

/** The same components without a hook, and with the same props: what is over them is the hook's. */
function Blank({ seat }: LiveProps): ReactNode {
  return shown(seat, seat)
}

/** Offers a React component that shows what it asked for, and one that can ask again; `within`: what both need around them. */
export function offerReact(
  Live: ComponentType<LiveProps>,
  Again: ComponentType<LiveProps>,
  within: (children: ReactNode) => ReactNode = (children) => children,
): void {
  const mount =
    (Component: ComponentType<LiveProps>, around = within) =>
    (root: Element, seats: readonly Seat[]) => {
      const react = createRoot(root)
      const rows = grouped(seats).map((group, key) => (
        <p key={key}>
          {group.map((seat) => (
            <Component key={seat.number} seat={seat} />
          ))}
        </p>
      ))
      react.render(around(rows))
      return () => react.unmount()
    }
  offer({ live: mount(Live), again: mount(Again), blank: mount(Blank, (children) => children) })
}
