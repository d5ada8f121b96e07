import { type CSSProperties, useEffect, useRef } from 'react'
import { everyFrame } from '../ui/every-frame.ts'
import type { Band, Mark, Recorder, Recording, Trip } from './recorder.ts'

/** The time to the left of "now", in s. The CSS has the same number. */
const PAST_SECONDS = 21

type Style = CSSProperties & Record<`--${string}`, string | number>

/** The history of a connection on a moving axis. The rest of the backoff is at the right of "now". */
export function Timeline(props: {
  readonly recorder: Recorder
  readonly recording: Recording
  /** The name of the trips. */
  readonly tripsName: string
}) {
  const { recorder, recording } = props
  const axis = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const { current: element } = axis
    if (element === null) return undefined
    return everyFrame(() => element.style.setProperty('--now', recorder.now().toFixed(3)))
  }, [recorder])
  const since = recorder.now() - PAST_SECONDS - 3
  const { bands, marks, trips } = recording
  const last = bands.at(-1)
  const flags = marks.filter(({ at, kind }) => at > since && kind === 'fault')
  return (
    <div
      className="timeline"
      ref={axis}
      role="img"
      aria-label={`Timeline of the connection; now ${last?.status ?? 'idle'}. The log has the same as text.`}
    >
      <Lane name="Status">
        {bands
          .filter(({ to }) => (to ?? Infinity) > since)
          .map((band) => (
            <BandView key={band.id} band={band} />
          ))}
      </Lane>
      <Lane name={props.tripsName}>
        {trips
          .filter(({ at }) => at > since)
          .map((trip) => (
            <TripView key={trip.id} trip={trip} />
          ))}
      </Lane>
      <Lane name="Faults">
        {flags.map((mark, index) => (
          <FlagView key={mark.id} mark={mark} until={flags[index + 1]?.at} />
        ))}
      </Lane>
      <Scale />
      <div className="timeline-now" />
    </div>
  )
}

function Scale() {
  return (
    <div className="timeline-scale">
      <span style={{ '--at': -15 } as Style}>−15 s</span>
      <span style={{ '--at': -7.5 } as Style}>−7.5 s</span>
      <span style={{ '--at': 0 } as Style}>now</span>
      <span style={{ '--at': 5 } as Style}>+5 s</span>
    </div>
  )
}

function Lane({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div className="lane">
      <span className="lane-name">{name}</span>
      <div className="lane-track">{children}</div>
    </div>
  )
}

function BandView({ band: { status, from, to, due } }: { readonly band: Band }) {
  const style: Style = { '--from': from, ...(to === undefined ? {} : { '--to': to }) }
  return (
    <>
      <span className="band" data-status={status} style={style}>
        <span>{status}</span>
      </span>
      {to === undefined && due !== undefined && (
        <span className="band-due" data-status={status} style={{ '--due': due } as Style} />
      )}
    </>
  )
}

function TripView({ trip: { at, latency } }: { readonly trip: Trip }) {
  // A logarithmic scale, on which both 1 ms and 1 s are visible.
  const height = Math.min(1, 0.22 + Math.log10(1 + latency) / 4)
  return <span className="trip" style={{ '--from': at, '--height': height } as Style} />
}

/** @param until the time of the next flag, which this one must not cover */
function FlagView({ mark, until }: { readonly mark: Mark; readonly until: number | undefined }) {
  const style: Style = { '--from': mark.at, ...(until === undefined ? {} : { '--to': until }) }
  return (
    <span className="flag" data-short={until === undefined ? undefined : true} style={style}>
      {mark.text}
    </span>
  )
}
