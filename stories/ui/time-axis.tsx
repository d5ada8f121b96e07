import './time-axis.css'
import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react'
import { everyFrame } from './every-frame.ts'
import { pageSeconds } from './page-time.ts'

/** A drawing whose lanes move to the left with time. Its right edge is "now". */
export function TimeAxis(props: {
  /** The time from the left edge to the right one, in s. */
  readonly seconds: number
  /** Describes the drawing for screen readers. */
  readonly label: string
  readonly children: ReactNode
}) {
  const { seconds, label, children } = props
  const axis = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const { current: element } = axis
    if (element === null) return undefined
    return everyFrame(() => {
      // Moves the whole track of a lane: that costs less than a new position for each mark on it.
      const shift = `translateX(${(100 - (pageSeconds() * 100) / seconds).toFixed(3)}%)`
      for (const track of element.querySelectorAll<HTMLElement>('.axis-track')) track.style.transform = shift
    })
  }, [seconds])
  return (
    <div className="axis" ref={axis} role="img" aria-label={label} style={{ '--seconds': seconds } as Style}>
      {children}
      <div className="axis-scale">
        <span>−{seconds} s</span>
        <span>−{seconds / 2} s</span>
        <span>now</span>
      </div>
    </div>
  )
}

type Style = CSSProperties & Record<`--${string}`, number>

/** A row of the drawing. Its marks have the style of `markAt`. */
export function Lane(props: { readonly name: string; readonly kind?: string; readonly children: ReactNode }) {
  const { name, kind, children } = props
  return (
    <div className="axis-lane" data-lane={kind}>
      <span>{name}</span>
      <div className="axis-window">
        <div className="axis-track">{children}</div>
      </div>
    </div>
  )
}

/** The position of a mark, in s since the page was opened. A mark without an end grows to the right edge. */
export function markAt(from: number, to: number | undefined): Style {
  return { '--from': from, ...(to !== undefined && { '--to': to }) }
}
