import { useFetch } from '@tautline/react'
import { memo, useEffect, useRef } from 'react'
import { everyFrame } from '../ui/every-frame.ts'
import { StatusPill } from '../ui/status-pill.tsx'
import { documentOptions, drawState, errorText } from './document.ts'
import type { FreshnessLog } from './freshness-log.ts'
import type { RenderCounter } from './render-counter.ts'

export interface CardProps {
  readonly name: string
  readonly url: string
  readonly renders: RenderCounter
  readonly freshness: FreshnessLog
}

/** Reads only the content, so that a new request or a 304 does not render it. `memo` keeps it from rendering with the other cards. */
export const ReactCard = memo(function ReactCard({ name, url, renders, freshness }: CardProps) {
  const { data, status, error } = useFetch(url, documentOptions)
  useEffect(() => renders.count())
  return (
    <>
      <div className="card-content">
        <p className="card-items" aria-label={`Content of ${name}`}>
          {data === undefined ? '–' : `${data.length} items`}
        </p>
        <StatusPill status={status} />
      </div>
      <Freshness url={url} freshness={freshness} />
      <p className="card-error">{errorText(status, error)}</p>
    </>
  )
})

/** Shows the state of the response. It has its own hook, which shares the request. */
function Freshness({ url, freshness }: Pick<CardProps, 'url' | 'freshness'>) {
  const { staleAt, isFetching, waitingFor, response, refetch } = useFetch(url, documentOptions)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (staleAt !== undefined) freshness.add(staleAt)
  }, [staleAt, freshness])
  useEffect(() => {
    const { current: element } = box
    const since = Date.now()
    if (element === null) return undefined
    return everyFrame(() => drawState(element, { staleAt, isFetching, waitingFor }, since))
  }, [staleAt, isFetching, waitingFor])
  return (
    <>
      <div className="freshness" ref={box} data-busy={isFetching || undefined}>
        <span className="freshness-bar" aria-hidden="true" />
        <span className="note freshness-text" />
      </div>
      <div className="card-foot">
        <code>ETag {response?.headers.get('etag') ?? '–'}</code>
        <button className="button" onClick={() => void refetch()}>
          Refetch
        </button>
      </div>
    </>
  )
}
