import '../laboratory/laboratory.css'
import './resume.css'
import { createEventSource } from '@tautline/core'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { Countdown } from '../laboratory/countdown.tsx'
import { Log } from '../laboratory/log.tsx'
import { createRecorder } from '../laboratory/recorder.ts'
import { Timeline } from '../laboratory/timeline.tsx'
import { useServer } from '../server/server-context.ts'
import { Figure, Figures } from '../ui/figure.tsx'
import { Rope } from '../ui/rope.tsx'
import { Panel, Stage } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { Vue } from '../ui/vue.tsx'
import { type Audit, createAuditor } from './audit.ts'
import { FaultPanel } from './fault-panel.tsx'
import { RATE, type Resume, optionsOf } from './news.ts'
import { ReactNews } from './react-news.tsx'
import { Strip } from './strip.tsx'
import { useResumedBy } from './use-resumed-by.ts'
import VueNews from './VueNews.vue'

/** A client without a framework on the same stream, and all that is written down of it. */
function createInstruments(url: string, haste: number) {
  const client = createEventSource(url, optionsOf(haste, 'header'))
  const recorder = createRecorder(client)
  const auditor = createAuditor(client)
  client.on('message', ({ at }) => recorder.trip(Math.max(0, Date.now() - at)))
  return { client, recorder, auditor }
}
type Instruments = ReturnType<typeof createInstruments>

/** A numbered ticker, every way to break it, and the proof that nothing is lost and nothing comes twice. */
export function ResumeLaboratory({ haste = 1 }: { readonly haste?: number }) {
  const server = useServer()
  const [stream] = useState(() => `lab-${crypto.randomUUID().slice(0, 8)}`)
  const target = `/news?stream=${stream}&rate=${RATE}`
  const url = `${server.faultyUrl}${target}`
  const [resume, setResume] = useState<Resume>('header')
  const [instruments] = useState(() => createInstruments(url, haste))
  const { client, recorder, auditor } = instruments
  const recording = useSyncExternalStore(recorder.subscribe, recorder.getSnapshot)
  const audit = useSyncExternalStore(auditor.subscribe, auditor.getSnapshot)
  const { status, closed } = useSyncExternalStore(client.subscribe, client.getSnapshot)
  useEffect(() => {
    client.open()
    return () => client.close()
  }, [client])
  useEffect(() => client.setOptions(url, optionsOf(haste, resume)), [client, url, haste, resume])
  return (
    <Stage
      title="Resume laboratory"
      lead="A news ticker with numbered items. Break the stream in any way: it goes on behind the last event that was delivered, so every number comes once. React, Vue and a client without a framework share the one stream."
    >
      <Rope status={status} from="this page" to="server" />
      <Readings instruments={instruments} audit={audit} stream={stream} />
      <div className="lab">
        <div className="stack">
          <Panel title="Timeline" aside={<StatusPill status={status} by={closed?.by} />}>
            <Timeline recorder={recorder} recording={recording} trips="Items" />
          </Panel>
          <Strip audit={audit} />
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
        <ReactNews url={url} haste={haste} resume={resume} />
        <Vue of={VueNews} with={{ url, haste, resume }} />
      </div>
      <Log recording={recording} />
    </Stage>
  )
}

function Readings(props: {
  readonly instruments: Instruments
  readonly audit: Audit
  readonly stream: string
}) {
  const { client } = props.instruments
  const { items, gaps, doubles } = props.audit
  const { attempt, retryAt, lastEventId, error } = useSyncExternalStore(client.subscribe, client.getSnapshot)
  const via = useResumedBy(client, props.stream)
  return (
    <>
      <Figures>
        <Figure name="Items" value={items} />
        <Figure name="Gaps" value={gaps} tone={gaps === 0 ? 'good' : 'bad'} />
        <Figure name="Doubles" value={doubles} tone={doubles === 0 ? 'good' : 'bad'} />
        <Figure name="lastEventId" value={lastEventId ?? '–'} />
        <Figure name="Resumed by" value={via} />
        <Figure name="Retries" value={attempt} tone={attempt > 0 ? 'busy' : undefined} />
        <Countdown retryAt={retryAt} />
      </Figures>
      <p className="note" aria-live="polite">
        {error === undefined ? 'Nothing is wrong.' : error.message}
      </p>
    </>
  )
}
