import { isTautlineError } from '@tautline/core'
import { useEventSource } from '@tautline/react'
import { type ReactNode, useCallback, useEffect, useState } from 'react'
import { Panel } from '../ui/stage.tsx'
import { type Asked, useAsk } from './use-ask.ts'

/** Some streams to one origin, and a plain request beside them. */
export function StreamsPanel(props: {
  readonly title: string
  readonly origin: string
  readonly streams: number
  /** What to do where no stream can be opened at all. */
  readonly help?: ReactNode
  readonly children: ReactNode
}) {
  const { title, origin, streams, help, children } = props
  const [asked, ask] = useAsk(`${origin}/health`)
  const [failed, setFailed] = useState<Error>()
  const report = useCallback((error: Error | undefined) => setFailed(error), [])
  return (
    <Panel title={title} detail={new URL(origin).host}>
      <ol className="slots" aria-label={`Streams over ${title}`}>
        {Array.from({ length: streams }, (_, index) => (
          <Slot key={index} url={`${origin}/news?stream=six&rate=2&slot=${index}`} report={report} />
        ))}
      </ol>
      <div className="ask">
        <button className="button" data-look="primary" onClick={() => void ask()}>
          GET /health
        </button>
        <output aria-label={`Answer over ${title}`} data-state={asked.state}>
          <AskedText asked={asked} />
        </output>
      </div>
      {failed !== undefined && isTautlineError(failed, 'connect-failed') && help !== undefined ? (
        <p className="note slots-note" role="alert">
          <code>{failed.code}</code> {help}
        </p>
      ) : (
        <p className="note slots-note">{children}</p>
      )}
    </Panel>
  )
}

/** `share: false`: a stream of its own, though the next slot has the same server. */
function Slot({
  url,
  report,
}: {
  readonly url: string
  readonly report: (error: Error | undefined) => void
}) {
  const { status, error } = useEventSource(url, { share: false, linger: 0 })
  useEffect(() => report(error), [report, error])
  return (
    <li className="slot" data-status={status} title={error?.message}>
      {status}
    </li>
  )
}

function AskedText({ asked }: { readonly asked: Asked }) {
  switch (asked.state) {
    case 'none':
      return 'Not asked yet.'
    case 'asking':
      return <Waiting since={asked.since} />
    case 'answered':
      return `Answered after ${asked.after < 10 ? asked.after.toFixed(1) : Math.round(asked.after)} ms.`
    case 'failed':
      return asked.message
  }
}

function Waiting({ since }: { readonly since: number }) {
  const [now, setNow] = useState(since)
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 100)
    return () => clearInterval(timer)
  }, [since])
  return `Waits, ${(Math.max(0, now - since) / 1000).toFixed(1)} s so far.`
}
