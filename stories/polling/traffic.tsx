import { useSyncExternalStore } from 'react'
import { pageSeconds } from '../ui/page-time.ts'
import { Panel } from '../ui/stage.tsx'
import { Lane, TimeAxis, markAt } from '../ui/time-axis.tsx'
import type { Arrival, Meter } from './meter.ts'
import { type Reader, inSeconds } from './readers.ts'

const SECONDS = 20

/** The requests of each reader, and the messages, on a moving axis. */
export function Traffic(props: {
  readonly readers: readonly (readonly [Reader, Meter])[]
  readonly published: readonly Arrival[]
}) {
  const { readers, published } = props
  return (
    <Panel title="Traffic" detail={`the last ${SECONDS} s`} aside={<Legend />}>
      <TimeAxis
        seconds={SECONDS}
        label={`The requests and messages of the last ${SECONDS} seconds. The table and the panels below show the same as numbers.`}
      >
        <Lane name="Published" kind="published">
          <Messages arrivals={published} since={pageSeconds() - SECONDS - 1} />
        </Lane>
        {readers.map(([reader, meter]) => (
          <ReaderLane key={reader.key} reader={reader} meter={meter} />
        ))}
      </TimeAxis>
    </Panel>
  )
}

function Legend() {
  return (
    <span className="legend traffic-legend note">
      <span>
        <i data-kind="request" /> request, from start to end
      </span>
      <span>
        <i data-kind="message" /> message
      </span>
    </span>
  )
}

function ReaderLane({ reader, meter }: { readonly reader: Reader; readonly meter: Meter }) {
  const { spans, arrivals } = useSyncExternalStore(meter.subscribe, meter.getSnapshot)
  const since = pageSeconds() - SECONDS - 1
  const { framework, interval } = reader
  const kind = interval === undefined ? 'long' : 'short'
  const name = interval === undefined ? `Long, ${framework}` : `Every ${inSeconds(interval)}, ${framework}`
  return (
    <Lane name={name} kind={kind}>
      {spans
        .filter(({ to }) => (to ?? Infinity) > since)
        .map(({ id, from, to }) => (
          <span key={id} className="axis-mark axis-span traffic-request" style={markAt(from, to)} />
        ))}
      <Messages arrivals={arrivals} since={since} />
    </Lane>
  )
}

function Messages({ arrivals, since }: { readonly arrivals: readonly Arrival[]; readonly since: number }) {
  return arrivals
    .filter(({ at }) => at > since)
    .map(({ id, at, messages }) => (
      <span
        key={id}
        className="axis-mark traffic-message"
        data-many={messages > 1 || undefined}
        style={markAt(at, undefined)}
      />
    ))
}
