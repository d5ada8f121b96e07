import type { ComponentType, ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { type Seat, offer } from './harness.ts'

export interface LiveProps {
  readonly seat: Seat
  readonly url: string
  /** Whether other components use the same URL. */
  readonly shared: boolean
}

function mount(root: Element, children: ReactNode): () => void {
  const react = createRoot(root)
  react.render(children)
  return () => react.unmount()
}

function Blank(): ReactNode {
  return <span>0</span>
}

/** Makes a React component that shows messages available to the driver, and one with an idle hook. */
export function offerReact(Live: ComponentType<LiveProps>, Idle?: ComponentType): void {
  const each = (seats: readonly Seat[], Component: ComponentType) =>
    seats.map(({ number }) => <Component key={number} />)
  offer({
    live: (root, seats, url) =>
      mount(
        root,
        seats.map((seat) => <Live key={seat.number} seat={seat} url={url} shared={seats.length > 1} />),
      ),
    ...(Idle && { idle: (root, seats) => mount(root, each(seats, Idle)) }),
    blank: (root, seats) => mount(root, each(seats, Blank)),
  })
}
