import './network-laboratory.css'
import { useMemo } from 'react'
import { useServer } from '../server/server-context.ts'
import { Panel, Stage } from '../ui/stage.tsx'
import { FaultPanel } from './fault-panel.tsx'
import { Readers } from './readers.tsx'
import { ServerPanel } from './server-panel.tsx'
import { type StreamName, isNext, transportsOf } from './transports.ts'
import { type Run, useLaboratory } from './use-laboratory.ts'

interface LaboratoryProps {
  /** What is below the WebSocket. */
  readonly stream?: StreamName
  /** Messages per second. */
  readonly rate?: number
}

const descriptions: Readonly<Record<StreamName, string>> = {
  'event-source':
    'One connection over four transports, the best one first. Block some of them: the connection uses the next one, and comes back when a better one works again. Each message has a number, so that missing and doubled ones are counted. What the server has forgotten is reported by the error gap. The React and the Vue component share one connection.',
  frame:
    'The second transport is a document without end in a hidden iframe. It works where neither a WebSocket nor a response that fetch reads while it arrives gets through. Everything else is as in the other laboratory.',
}

/** Blocks transports and shows what the connection does. */
export function NetworkLaboratory({ stream = 'event-source', rate = 10 }: LaboratoryProps) {
  const { kind, url } = useServer()
  return (
    <Stage
      title={stream === 'frame' ? 'Network laboratory with a hidden iframe' : 'Network laboratory'}
      description={descriptions[stream]}
    >
      {kind === 'mock' ? <NeedsServer /> : <Laboratory url={url} stream={stream} rate={rate} />}
    </Stage>
  )
}

function NeedsServer() {
  return (
    <Panel title="Needs the demo server">
      <p className="panel-body">
        The mock in the page has no network that can fail. Run <code>npm start</code>, which starts the demo
        server too, and choose “Demo server” in the toolbar.
      </p>
    </Panel>
  )
}

function Laboratory({ url, stream, rate }: Required<LaboratoryProps> & { readonly url: string }) {
  const { run, ...controls } = useLaboratory(url, rate)
  return (
    <>
      <FaultPanel stream={stream} {...controls} />
      {run && <RunningReaders key={run.live.name} run={run} stream={stream} />}
    </>
  )
}

function RunningReaders({
  run: { live, startedAt },
  stream,
}: {
  readonly run: Run
  readonly stream: StreamName
}) {
  const transports = useMemo(() => transportsOf(live, stream), [live, stream])
  return (
    <>
      <Readers transports={transports} startedAt={startedAt} isNext={isNext} />
      <ServerPanel name={live.name} stream={stream} />
    </>
  )
}
