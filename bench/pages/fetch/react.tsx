import type { ComponentType, ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { type Named, type Seat, grouped, note, offer } from './stage.ts'

export interface LiveProps {
  readonly seat: Seat
}

/** The content of every component. */
export function shown(seat: Seat, data: Named | undefined): ReactNode {
  note(seat, data?.name)
  return <span>{data?.name}</span>
}

/** The same component without a hook. The difference to it is the cost of the hook. */
function Blank({ seat }: LiveProps): ReactNode {
  return shown(seat, seat)
}

/** Makes a React component that fetches available to the driver, and one that can refetch. `within` adds a provider. */
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
