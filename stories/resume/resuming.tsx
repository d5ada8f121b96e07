import '../reconnect/reconnect.css'
import './resume.css'
import { createEventSource } from '@tautline/core'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { Countdown } from '../reconnect/countdown.tsx'
import { Log } from '../reconnect/log.tsx'
import { createRecorder } from '../reconnect/recorder.ts'
import { Timeline } from '../reconnect/timeline.tsx'
import { useServer } from '../server/server-context.ts'
import { Figure, Figures } from '../ui/figure.tsx'
import { Rope } from '../ui/rope.tsx'
import { Panel, Stage } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { Vue } from '../ui/vue.tsx'
import { type SequenceCheck, createSequenceChecker } from './sequence-check.ts'
import { FaultPanel } from './fault-panel.tsx'
import { RATE, type Resume, optionsOf } from './news.ts'
import { ReactNews } from './react-news.tsx'
import { NumberList } from './number-list.tsx'
import { useResumedBy } from './use-resumed-by.ts'
import VueNews from './VueNews.vue'

/** A client without a framework, and the recorders of its stream. */
function createRecorders(url: string, speed: number) {
  const client = createEventSource(url, optionsOf(speed, 'header'))
  const recorder = createRecorder(client)
  const checker = createSequenceChecker(client)
  client.on('message', ({ at }) => recorder.trip(Math.max(0, Date.now() - at)))
  return { client, recorder, checker }
}
type Recorders = ReturnType<typeof createRecorders>

/** Breaks an event stream in every possible way, and shows that it resumes after the last received event. */
export function Resuming({ speed = 1 }: { readonly speed?: number }) {
  const server = useServer()
  const [stream] = useState(() => `resume-${crypto.randomUUID().slice(0, 8)}`)
  const target = `/news?stream=${stream}&rate=${RATE}`
  const url = `${server.faultyUrl}${target}`
  const [resume, setResume] = useState<Resume>('header')
  const [recorders] = useState(() => createRecorders(url, speed))
  const { client, recorder, checker } = recorders
  const recording = useSyncExternalStore(recorder.subscribe, recorder.getSnapshot)
  const check = useSyncExternalStore(checker.subscribe, checker.getSnapshot)
  const { status, closed } = useSyncExternalStore(client.subscribe, client.getSnapshot)
  useEffect(() => {
    client.open()
    return () => client.close()
  }, [client])
  useEffect(() => client.setOptions(url, optionsOf(speed, resume)), [client, url, speed, resume])
  return (
    <Stage
      title="Resuming a stream"
      description="Break the stream with the buttons. The client reconnects with the ID of the last event, and the server sends what was missed, so every numbered item arrives exactly once. React, Vue and a client without a framework share the stream."
    >
      <Rope status={status} from="this page" to="server" />
      <Readings recorders={recorders} check={check} stream={stream} />
      <div className="timeline-layout">
        <div className="stack">
          <Panel title="Timeline" aside={<StatusPill status={status} by={closed?.by} />}>
            <Timeline recorder={recorder} recording={recording} tripsName="Items" />
          </Panel>
          <NumberList check={check} />
        </div>
        <FaultPanel
          client={client}
          target={target}
          note={recorder.note}
          resume={resume}
          setResume={setResume}
        />
      </div>
      <div className="pair">
        <ReactNews url={url} speed={speed} resume={resume} />
        <Vue of={VueNews} with={{ url, speed, resume }} />
      </div>
      <Log recording={recording} />
    </Stage>
  )
}

function Readings(props: {
  readonly recorders: Recorders
  readonly check: SequenceCheck
  readonly stream: string
}) {
  const { client } = props.recorders
  const { items, gaps, duplicates } = props.check
  const { status, attempt, retryAt, lastEventId, error } = useSyncExternalStore(
    client.subscribe,
    client.getSnapshot,
  )
  const via = useResumedBy(props.stream, status)
  return (
    <>
      <Figures>
        <Figure name="Items" value={items} />
        <Figure name="Gaps" value={gaps} tone={gaps === 0 ? 'good' : 'bad'} />
        <Figure name="Duplicates" value={duplicates} tone={duplicates === 0 ? 'good' : 'bad'} />
        <Figure name="lastEventId" value={lastEventId ?? '–'} />
        <Figure name="Resumed by" value={via} />
        <Figure name="Retries" value={attempt} tone={attempt > 0 ? 'busy' : undefined} />
        <Countdown retryAt={retryAt} />
      </Figures>
      <p className="note" aria-live="polite">
        {error === undefined ? 'No error.' : error.message}
      </p>
    </>
  )
}
