import { type CSSProperties, type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react'
import { everyFrame } from '../ui/every-frame.ts'
import { Panel } from '../ui/stage.tsx'
import { kindOf } from '../wire/wire-list.tsx'
import { seconds } from '../wire/wire-log.ts'
import type { FreshnessLog } from './freshness.ts'
import type { Line } from './line.ts'

/** What is shown, in s; CSS knows it as well. */
const SHOWN = 30

const placed = (from: number, to: number | undefined): CSSProperties & Record<`--${string}`, number> => ({
  '--from': from,
  ...(to !== undefined && { '--to': to }),
})

/** What is kept, what goes over the line and how the line is, on one axis that moves. */
export function Timeline({ line, freshness }: { readonly line: Line; readonly freshness: FreshnessLog }) {
  const axis = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const { current: element } = axis
    if (element === null) return undefined
    return everyFrame(() => {
      const shift = `translateX(${(100 - (seconds() * 100) / SHOWN).toFixed(3)}%)`
      for (const track of element.querySelectorAll<HTMLElement>('.times-track')) track.style.transform = shift
    })
  }, [])
  return (
    <Panel title="The last 30 seconds" aside={<Legend />}>
      <div
        className="times"
        ref={axis}
        role="img"
        aria-label="When the answer was fresh and stale, when requests were made, and when the line was not up. The figures, the cards and the list below tell the same."
      >
        <Lane name="Kept answer">
          <Ages freshness={freshness} />
        </Lane>
        <Lane name="Requests">
          <Requests line={line} />
        </Lane>
        <Lane name="Line">
          <Troubles line={line} />
        </Lane>
        <div className="times-scale">
          <span>−30 s</span>
          <span>−15 s</span>
          <span>now</span>
        </div>
      </div>
    </Panel>
  )
}

function Lane({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="times-lane">
      <span>{name}</span>
      <div className="times-window">
        <div className="times-track">{children}</div>
      </div>
    </div>
  )
}

function Ages({ freshness }: { readonly freshness: FreshnessLog }) {
  const all = useSyncExternalStore(freshness.subscribe, freshness.getSnapshot)
  return all.map(({ from, freshUntil }, index) => {
    const end = all[index + 1]?.from
    const stale = Math.min(freshUntil, end ?? Number.POSITIVE_INFINITY)
    return (
      <span key={from}>
        <span className="times-span" data-age="fresh" style={placed(from, stale)} />
        <span className="times-span" data-age="stale" style={placed(stale, end)} />
      </span>
    )
  })
}

function Requests({ line: { log } }: { readonly line: Line }) {
  const { exchanges } = useSyncExternalStore(log.subscribe, log.getSnapshot)
  return exchanges.map((exchange) => (
    <span
      key={exchange.id}
      className="times-span"
      data-kind={kindOf(exchange)}
      style={placed(exchange.from, exchange.to)}
    />
  ))
}

function Troubles({ line }: { readonly line: Line }) {
  const troubles = useSyncExternalStore(line.subscribe, line.getSnapshot)
  return troubles.map(({ state, from, to }) => (
    <span key={from} className="times-span" data-line={state} style={placed(from, to)} />
  ))
}

const legend = [
  ['data-age', 'fresh', 'fresh'],
  ['data-age', 'stale', 'stale'],
  ['data-kind', 'fresh', '200'],
  ['data-kind', 'unchanged', '304'],
  ['data-kind', 'bad', 'failed'],
  ['data-line', 'offline', 'offline, or failing'],
] as const

function Legend() {
  return (
    <span className="times-legend note">
      {legend.map(([attribute, value, text]) => (
        <span key={text}>
          <i {...{ [attribute]: value }} /> {text}
        </span>
      ))}
    </span>
  )
}
