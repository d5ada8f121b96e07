import { type CSSProperties, type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react'
import { everyFrame } from '../ui/every-frame.ts'
import { Panel } from '../ui/stage.tsx'
import { type Arrival, type Meter, seconds } from './meter.ts'
import { type Reader, inSeconds } from './readers.ts'

/** What is shown, in s; CSS knows it as well. */
const SHOWN = 20

type Style = CSSProperties & Record<`--${string}`, string | number>

/** The requests of each reader on one axis that moves, and what they brought. */
export function Traffic(props: {
  readonly readers: readonly (readonly [Reader, Meter])[]
  readonly published: readonly Arrival[]
}) {
  const { readers, published } = props
  const axis = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const { current: element } = axis
    if (element === null) return undefined
    return everyFrame(() => {
      // What is on a track stands still: to move the tracks costs next to nothing.
      const shift = `translateX(${(100 - (seconds() * 100) / SHOWN).toFixed(3)}%)`
      for (const track of element.querySelectorAll<HTMLElement>('.traffic-track'))
        track.style.transform = shift
    })
  }, [])
  return (
    <Panel title="Traffic" detail="the last 20 s" aside={<Legend />}>
      <div
        className="traffic"
        ref={axis}
        role="img"
        aria-label="The requests of the last 20 seconds, and when messages came. The table and the panels below tell the same in figures."
      >
        <div className="traffic-lane" data-lane="published">
          <span className="traffic-name">Published</span>
          <Track>
            <Ticks of={published} since={seconds() - SHOWN - 1} />
          </Track>
        </div>
        {readers.map(([reader, meter]) => (
          <Lane key={reader.key} reader={reader} meter={meter} />
        ))}
        <div className="traffic-scale">
          <span>−20 s</span>
          <span>−10 s</span>
          <span>now</span>
        </div>
      </div>
    </Panel>
  )
}

function Track({ children }: { readonly children: ReactNode }) {
  return (
    <div className="traffic-window">
      <div className="traffic-track">{children}</div>
    </div>
  )
}

function Legend() {
  return (
    <span className="traffic-legend note">
      <span>
        <i data-kind="request" /> a request, from its beginning to its end
      </span>
      <span>
        <i data-kind="message" /> messages
      </span>
    </span>
  )
}

function Lane({ reader, meter }: { readonly reader: Reader; readonly meter: Meter }) {
  const { spans, arrivals } = useSyncExternalStore(meter.subscribe, meter.getSnapshot)
  const since = seconds() - SHOWN - 1
  const { framework, interval } = reader
  const kind = interval === undefined ? 'long' : 'short'
  const name = interval === undefined ? `Long, ${framework}` : `Every ${inSeconds(interval)}, ${framework}`
  return (
    <div className="traffic-lane" data-lane={kind}>
      <span className="traffic-name">{name}</span>
      <Track>
        {spans
          .filter(({ to }) => (to ?? Infinity) > since)
          .map(({ id, from, to }) => (
            <span
              key={id}
              className="traffic-span"
              style={{ '--from': from, ...(to === undefined ? {} : { '--to': to }) } as Style}
            />
          ))}
        <Ticks of={arrivals} since={since} />
      </Track>
    </div>
  )
}

function Ticks({ of, since }: { readonly of: readonly Arrival[]; readonly since: number }) {
  return of
    .filter(({ at }) => at > since)
    .map(({ id, at, messages }) => (
      <span
        key={id}
        className="traffic-tick"
        data-many={messages > 1 || undefined}
        style={{ '--from': at } as Style}
      />
    ))
}
