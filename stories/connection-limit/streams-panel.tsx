import { isTautlineError } from '@tautline/core'
import { useEventSource } from '@tautline/react'
import { type ReactNode, useCallback, useEffect, useState } from 'react'
import { Panel } from '../ui/stage.tsx'
import { type TimedRequest, useTimedRequest } from './use-timed-request.ts'

/** Several streams to one origin, and a button for a plain request to it. */
export function StreamsPanel(props: {
  readonly title: string
  readonly origin: string
  readonly streams: number
  /** What the user can do if no stream can be opened. */
  readonly help?: ReactNode
  readonly children: ReactNode
}) {
  const { title, origin, streams, help, children } = props
  const [request, send] = useTimedRequest(`${origin}/health`)
  const [failed, setFailed] = useState<Error>()
  const report = useCallback((error: Error | undefined) => setFailed(error), [])
  return (
    <Panel title={title} detail={new URL(origin).host}>
      <ol className="slots" aria-label={`Streams over ${title}`}>
        {Array.from({ length: streams }, (_, index) => (
          <Slot key={index} url={`${origin}/news?stream=six&rate=2&slot=${index}`} report={report} />
        ))}
      </ol>
      <div className="timed-request">
        <button className="button" data-look="primary" onClick={() => void send()}>
          GET /health
        </button>
        <output aria-label={`Response over ${title}`} data-state={request.state}>
          <RequestText request={request} />
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

/** One stream. With `share: false` it has a connection of its own. */
function Slot({
  url,
  report,
}: {
  readonly url: string
  readonly report: (error: Error | undefined) => void
}) {
  const { status, error } = useEventSource(url, { share: false, closeDelay: 0 })
  useEffect(() => report(error), [report, error])
  return (
    <li className="slot" data-status={status} title={error?.message}>
      {status}
    </li>
  )
}

function RequestText({ request }: { readonly request: TimedRequest }) {
  switch (request.state) {
    case 'none':
      return 'Not sent yet.'
    case 'pending':
      return <Waiting since={request.sentAt} />
    case 'success':
      return `Response after ${request.durationMs.toFixed(request.durationMs < 10 ? 1 : 0)} ms.`
    case 'error':
      return request.message
  }
}

function Waiting({ since }: { readonly since: number }) {
  const [now, setNow] = useState(since)
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 100)
    return () => clearInterval(timer)
  }, [since])
  return `Waiting, ${(Math.max(0, now - since) / 1000).toFixed(1)} s so far.`
}
