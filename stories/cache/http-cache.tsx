import './cache.css'
import { type DefaultOptions, TautlineProvider } from '@tautline/react'
import { useState, useSyncExternalStore } from 'react'
import { useServer } from '../server/server-context.ts'
import { RequestList } from '../requests/request-list.tsx'
import type { RequestLog } from '../requests/request-log.ts'
import { bytesText } from '../ui/bytes-text.ts'
import { Figure, Figures } from '../ui/figure.tsx'
import { Panel, Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { type Caching, headerOf, initialCaching } from './caching.ts'
import { createFreshnessLog } from './freshness-log.ts'
import { HeaderPanel } from './header-panel.tsx'
import { DOCUMENT_URL, createCacheEnvironment } from './cache-environment.ts'
import { ConditionsPanel } from './conditions-panel.tsx'
import { type CardProps, ReactCard } from './react-card.tsx'
import { type RenderCounter, createRenderCounter } from './render-counter.ts'
import { Timeline } from './timeline.tsx'
import VueCard from './VueCard.vue'

const cards = ['React 1', 'Vue 1', 'React 2', 'Vue 2'] as const

type CardName = (typeof cards)[number]

/** A document in the HTTP cache, shown by four cards. */
export function HttpCache() {
  const server = useServer()
  const [environment] = useState(() => createCacheEnvironment(server.url, headerOf(initialCaching)))
  const [freshness] = useState(createFreshnessLog)
  const [renders] = useState(createRenderCounter)
  const [defaults] = useState(() => ({
    environment: environment.platform,
    fetch: { cache: environment.cache },
  }))
  const [caching, setCaching] = useState<Caching>(initialCaching)
  const set = (next: Caching): void => {
    environment.changeServer({ cacheControl: headerOf(next) })
    setCaching(next)
  }
  return (
    <Stage
      title="HTTP cache"
      description="The server sets how long a response may be cached. While it is fresh, the hooks send no request. When it is stale, they show it and revalidate it. If it has not changed, the server responds with 304 and no body, and nothing renders. Mount and unmount cards, change the header, and go offline."
    >
      <div className="cache-controls">
        <HeaderPanel caching={caching} set={set} />
        <ConditionsPanel environment={environment} url={DOCUMENT_URL} />
      </div>
      <Counts log={environment.log} renders={renders} />
      <Timeline environment={environment} freshness={freshness} />
      <TautlineProvider options={defaults}>
        <Cards cardProps={{ url: DOCUMENT_URL, renders, freshness }} defaults={defaults} />
      </TautlineProvider>
      <Panel title="Requests" detail="the newest first">
        <RequestList log={environment.log} limit={10} />
      </Panel>
    </Stage>
  )
}

function Cards(props: { readonly cardProps: Omit<CardProps, 'name'>; readonly defaults: DefaultOptions }) {
  const { cardProps, defaults } = props
  const [mounted, setMounted] = useState<readonly CardName[]>(['React 1', 'Vue 1'])
  const toggle = (name: CardName): void =>
    setMounted(mounted.includes(name) ? mounted.filter((other) => other !== name) : [...mounted, name])
  return (
    <div className="cards">
      {cards.map((name) => {
        const isMounted = mounted.includes(name)
        return (
          <Panel
            key={name}
            title={name}
            aside={<MountButton isMounted={isMounted} onClick={() => toggle(name)} />}
          >
            <div className="card">
              {!isMounted && <p className="note">Not mounted. It sends no requests.</p>}
              {isMounted && name.startsWith('React') && <ReactCard {...cardProps} name={name} />}
              {isMounted && name.startsWith('Vue') && (
                <Vue of={VueCard} with={{ ...cardProps, name }} defaults={defaults} />
              )}
            </div>
          </Panel>
        )
      })}
    </div>
  )
}

function MountButton(props: { readonly isMounted: boolean; readonly onClick: () => void }) {
  return (
    <button className="button" onClick={props.onClick}>
      {props.isMounted ? 'Unmount' : 'Mount'}
    </button>
  )
}

function Counts({ log, renders }: { readonly log: RequestLog; readonly renders: RenderCounter }) {
  const { requests, conditional, notModified, bytes } = useSyncExternalStore(log.subscribe, log.getSnapshot)
  const rendered = useSyncExternalStore(renders.subscribe, renders.getSnapshot)
  const reset = (): void => {
    log.reset()
    renders.reset()
  }
  return (
    <div className="counts">
      <Figures>
        <Figure name="Requests" value={requests} />
        <Figure name="Conditional" value={conditional} />
        <Figure name="304 Not Modified" value={notModified} />
        <Figure name="Bytes received" value={bytesText(bytes)} />
        <Figure name="Renders of the cards" value={rendered} />
      </Figures>
      <button className="button" onClick={reset}>
        Reset the counters
      </button>
    </div>
  )
}
