import { useFetch } from '@tautline/react'
import { memo, useEffect, useRef } from 'react'
import { everyFrame } from '../ui/every-frame.ts'
import { StatusPill } from '../ui/status-pill.tsx'
import { documentOptions, drawPhase, errorText } from './document.ts'
import type { FreshnessLog } from './freshness.ts'
import type { Tally } from './tally.ts'

export interface CardProps {
  readonly name: string
  readonly url: string
  readonly renders: Tally
  readonly freshness: FreshnessLog
}

/** Shows the content alone: news of the request do not make it render, a 304 neither, nor what its neighbours do. */
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

/** Shows what is known of the answer, in a hook of its own over the same request. */
function Freshness({ url, freshness }: Pick<CardProps, 'url' | 'freshness'>) {
  const { staleAt, isFetching, waitingFor, response, refetch } = useFetch(url, documentOptions)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (staleAt !== undefined) freshness.learn(staleAt)
  }, [staleAt, freshness])
  useEffect(() => {
    const { current: element } = box
    const since = Date.now()
    if (element === null) return undefined
    return everyFrame(() => drawPhase(element, { staleAt, isFetching, waitingFor }, since))
  }, [staleAt, isFetching, waitingFor])
  return (
    <>
      <div className="phase" ref={box} data-busy={isFetching || undefined}>
        <span className="phase-bar" aria-hidden="true" />
        <span className="note phase-text" />
      </div>
      <div className="card-foot">
        <code>ETag {response?.headers.get('etag') ?? '–'}</code>
        <button className="button" onClick={() => void refetch()}>
          Ask anew
        </button>
      </div>
    </>
  )
}
