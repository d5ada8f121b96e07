import './reconnect.css'
import {
  type Sendable,
  type WebSocketClient,
  type WireData,
  createWebSocket,
  quickThenSpread,
  pings,
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

/** Retries sooner than the defaults do, so that there is less to wait for. `speed` divides all times. */
function createClient(url: string, speed: number): Client {
  return createWebSocket<WireData, Sendable, unknown>(url, {
    heartbeat: pings({ interval: 500 / speed, timeout: 1_200 / speed }),
    timeout: { connect: 3_000 / speed },
    retry: { delay: quickThenSpread({ first: 1_000 / speed, window: 1_600 / speed, cap: 2_400 / speed }) },
  })
}

/** Breaks a WebSocket connection in every possible way, and shows how the client reconnects. */
export function Reconnecting({ speed = 1 }: { readonly speed?: number }) {
  const server = useServer()
  const [target] = useState(() => `/echo?story=${crypto.randomUUID().slice(0, 8)}`)
  const [client] = useState(() => createClient(`${server.faultyUrl}${target}`, speed))
  const [recorder] = useState(() => createRecorder(client))
  const recording = useSyncExternalStore(recorder.subscribe, recorder.getSnapshot)
  const { status } = useSyncExternalStore(client.subscribe, client.getSnapshot)
  useEffect(() => {
    client.open()
    return () => client.close()
  }, [client])
  return (
    <Stage
      title="Reconnecting"
      description="Break the connection with the buttons, and watch the client reconnect. The timeline shows every change of the status, and the countdown shows when the next attempt starts."
    >
      <Rope status={status} from="this page" to="server" />
      <Readings client={client} recording={recording} />
      <div className="timeline-layout">
        <div className="stack">
          <Panel title="Timeline" aside={<StatusPill status={status} />}>
            <Timeline recorder={recorder} recording={recording} tripsName="Pings" />
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
        <Figure name="Sockets created" value={recording.attempts} />
        <Figure
          name="Round trip"
          value={latency === undefined ? '–' : latency}
          {...(latency === undefined ? {} : { unit: 'ms' })}
        />
        <div className="figure figure-wide">
          <dt>History</dt>
          <dd>
            <Sparkline values={trips} slots={40} floor={0} height={28} label="History of the round trip" />
          </dd>
        </div>
      </Figures>
      <p className="note" aria-live="polite">
        {error === undefined ? 'No error.' : error.message}
      </p>
    </>
  )
}
