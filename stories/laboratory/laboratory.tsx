import './laboratory.css'
import {
  type Sendable,
  type WebSocketClient,
  type WireData,
  createWebSocket,
  quickThenSpread,
} from '@tautline/core'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useServer } from '../server/server-context.ts'
import { Figure, Figures } from '../ui/figure.tsx'
import { Rope } from '../ui/rope.tsx'
import { Sparkline } from '../ui/sparkline.tsx'
import { Panel, Stage } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { Countdown } from './countdown.tsx'
import { FaultPanel } from './fault-panel.tsx'
import { Log } from './log.tsx'
import { type Recording, createRecorder } from './recorder.ts'
import { Timeline } from './timeline.tsx'

type Client = WebSocketClient<WireData, Sendable, unknown>

/** The defaults, made quicker so that there is something to see; `haste` makes them quicker still. */
function createLine(url: string, haste: number): Client {
  return createWebSocket<WireData, Sendable, unknown>(url, {
    heartbeat: { interval: 500 / haste, timeout: 1_200 / haste },
    timeout: { connect: 3_000 / haste },
    retry: { delay: quickThenSpread({ first: 1_000 / haste, window: 1_600 / haste, cap: 2_400 / haste }) },
  })
}

/** One line, every way to break it, and what becomes of it. */
export function Laboratory({ haste = 1 }: { readonly haste?: number }) {
  const server = useServer()
  const [target] = useState(() => `/echo?lab=${crypto.randomUUID().slice(0, 8)}`)
  const [client] = useState(() => createLine(`${server.faultyUrl}${target}`, haste))
  const [recorder] = useState(() => createRecorder(client))
  const recording = useSyncExternalStore(recorder.subscribe, recorder.getSnapshot)
  const { status } = useSyncExternalStore(client.subscribe, client.getSnapshot)
  useEffect(() => {
    client.open()
    return () => client.close()
  }, [client])
  return (
    <Stage
      title="Reconnect laboratory"
      lead="Break the line in every way a network knows, and watch what the machine makes of it. No state is hidden: each transition is drawn, and each wait counts down."
    >
      <Rope status={status} from="this page" to="server" />
      <Readings client={client} recording={recording} />
      <div className="lab">
        <div className="stack">
          <Panel title="Timeline" aside={<StatusPill status={status} />}>
            <Timeline recorder={recorder} recording={recording} trips="Pings" />
          </Panel>
          <Log recording={recording} />
        </div>
        <FaultPanel client={client} target={target} note={recorder.note} />
      </div>
    </Stage>
  )
}

function Readings({ client, recording }: { readonly client: Client; readonly recording: Recording }) {
  const { attempt, retryAt, latency, error } = useSyncExternalStore(client.subscribe, client.getSnapshot)
  const trips = recording.trips.map((trip) => trip.latency)
  return (
    <>
      <Figures>
        <Countdown retryAt={retryAt} />
        <Figure name="Retries" value={attempt} tone={attempt > 0 ? 'busy' : undefined} />
        <Figure name="Sockets made" value={recording.dials} />
        <Figure
          name="Round trip"
          value={latency === undefined ? '–' : latency}
          {...(latency === undefined ? {} : { unit: 'ms' })}
        />
        <div className="figure figure-wide">
          <dt>Its course</dt>
          <dd>
            <Sparkline values={trips} slots={40} floor={0} height={28} label="Course of the round trip" />
          </dd>
        </div>
      </Figures>
      <p className="note" aria-live="polite">
        {error === undefined ? 'Nothing is wrong.' : error.message}
      </p>
    </>
  )
}
