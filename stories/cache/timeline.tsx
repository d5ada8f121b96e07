import { useSyncExternalStore } from 'react'
import { kindOf } from '../requests/request-list.tsx'
import type { RequestLog } from '../requests/request-log.ts'
import type { Store } from '../ui/store.ts'
import { Panel } from '../ui/stage.tsx'
import { Lane, TimeAxis, markAt } from '../ui/time-axis.tsx'
import type { CacheEnvironment, Outage } from './cache-environment.ts'
import type { FreshnessLog } from './freshness-log.ts'

const SECONDS = 30

/** The cached response, the requests and the network, on a moving axis. */
export function Timeline(props: {
  readonly environment: Pick<CacheEnvironment, 'log' | 'outages'>
  readonly freshness: FreshnessLog
}) {
  const { environment, freshness } = props
  return (
    <Panel title={`The last ${SECONDS} seconds`} aside={<Legend />}>
      <TimeAxis
        seconds={SECONDS}
        label="When the cached response was fresh and stale, when requests were sent, and when the network was offline or failing. The figures, the cards and the list below show the same."
      >
        <Lane name="Cached response">
          <Ages freshness={freshness} />
        </Lane>
        <Lane name="Requests">
          <Requests log={environment.log} />
        </Lane>
        <Lane name="Network">
          <Outages outages={environment.outages} />
        </Lane>
      </TimeAxis>
    </Panel>
  )
}

const SPAN = 'axis-mark axis-span cache-span'

function Ages({ freshness }: { readonly freshness: FreshnessLog }) {
  const all = useSyncExternalStore(freshness.subscribe, freshness.getSnapshot)
  return all.map(({ from, freshUntil }, index) => {
    const end = all[index + 1]?.from
    const staleFrom = Math.min(freshUntil, end ?? Number.POSITIVE_INFINITY)
    return (
      <span key={from}>
        <span className={SPAN} data-age="fresh" style={markAt(from, staleFrom)} />
        <span className={SPAN} data-age="stale" style={markAt(staleFrom, end)} />
      </span>
    )
  })
}

function Requests({ log }: { readonly log: RequestLog }) {
  const { exchanges } = useSyncExternalStore(log.subscribe, log.getSnapshot)
  return exchanges.map((exchange) => (
    <span
      key={exchange.id}
      className={SPAN}
      data-kind={kindOf(exchange)}
      style={markAt(exchange.from, exchange.to)}
    />
  ))
}

function Outages({ outages }: { readonly outages: Store<readonly Outage[]> }) {
  const all = useSyncExternalStore(outages.subscribe, outages.getSnapshot)
  return all.map(({ state, from, to }) => (
    <span key={from} className={SPAN} data-network={state} style={markAt(from, to)} />
  ))
}

const legend = [
  ['data-age', 'fresh', 'fresh'],
  ['data-age', 'stale', 'stale'],
  ['data-kind', 'success', '200'],
  ['data-kind', 'not-modified', '304'],
  ['data-kind', 'failure', 'failed'],
  ['data-network', 'offline', 'offline'],
  ['data-network', 'failing', 'failing'],
] as const

function Legend() {
  return (
    <span className="legend cache-legend note">
      {legend.map(([attribute, value, text]) => (
        <span key={text}>
          <i {...{ [attribute]: value }} /> {text}
        </span>
      ))}
    </span>
  )
}
