import './cache.css'
import { type DefaultOptions, TautlineProvider } from '@tautline/react'
import { useState, useSyncExternalStore } from 'react'
import { useServer } from '../server/server-context.ts'
import { bytesText } from '../polling/readers.ts'
import { Figure, Figures } from '../ui/figure.tsx'
import { Panel, Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { WireList } from '../wire/wire-list.tsx'
import { type Caching, headerOf, usual } from './caching.ts'
import { createFreshnessLog } from './freshness.ts'
import { HeaderPanel } from './header-panel.tsx'
import { type Line, createLine, documentUrl } from './line.ts'
import { LinePanel } from './line-panel.tsx'
import { type CardProps, ReactCard } from './react-card.tsx'
import { type Tally, createTally } from './tally.ts'
import { Timeline } from './timeline.tsx'
import VueCard from './VueCard.vue'

const cards = ['React 1', 'Vue 1', 'React 2', 'Vue 2'] as const

type CardName = (typeof cards)[number]

/** A line whose server says of its answers what is wanted from the start. */
function usualLine(): Line {
  const line = createLine()
  line.settings({ caching: headerOf(usual) })
  return line
}

/** One document, what the server says of it, and those who show it. */
export function CacheLaboratory() {
  const server = useServer()
  const [line] = useState(usualLine)
  const [freshness] = useState(createFreshnessLog)
  const [renders] = useState(createTally)
  const [defaults] = useState(() => ({ environment: line.environment, fetch: { cache: line.cache } }))
  const [caching, setCaching] = useState<Caching>(usual)
  const url = documentUrl(server.url)
  const set = (next: Caching): void => {
    line.settings({ caching: headerOf(next) })
    setCaching(next)
  }
  return (
    <Stage
      title="Cache laboratory"
      lead="The server says how long its answer may be used, and the hooks do as it says: fresh, nothing is asked; stale, it is shown and validated; unchanged, a 304 of no bytes brings nothing, and nothing renders. Mount, unmount, and cut the line."
    >
      <div className="laboratory-controls">
        <HeaderPanel caching={caching} set={set} />
        <LinePanel line={line} url={url} />
      </div>
      <Counts line={line} renders={renders} />
      <Timeline line={line} freshness={freshness} />
      <TautlineProvider options={defaults}>
        <Cards given={{ url, renders, freshness }} defaults={defaults} />
      </TautlineProvider>
      <Panel title="Over the line" detail="the newest first">
        <WireList log={line.log} shown={10} />
      </Panel>
    </Stage>
  )
}

function Cards(props: { readonly given: Omit<CardProps, 'name'>; readonly defaults: DefaultOptions }) {
  const { given, defaults } = props
  const [mounted, setMounted] = useState<readonly CardName[]>(['React 1', 'Vue 1'])
  const toggle = (name: CardName): void =>
    setMounted(mounted.includes(name) ? mounted.filter((other) => other !== name) : [...mounted, name])
  return (
    <div className="cards">
      {cards.map((name) => {
        const isMounted = mounted.includes(name)
        return (
          <Panel key={name} title={name} aside={<Mount on={isMounted} toggle={() => toggle(name)} />}>
            <div className="card">
              {!isMounted && <p className="note">Not mounted: it shows nothing and asks for nothing.</p>}
              {isMounted && name.startsWith('React') && <ReactCard {...given} name={name} />}
              {isMounted && name.startsWith('Vue') && (
                <Vue of={VueCard} with={{ ...given, name }} defaults={defaults} />
              )}
            </div>
          </Panel>
        )
      })}
    </div>
  )
}

function Mount({ on, toggle }: { readonly on: boolean; readonly toggle: () => void }) {
  return (
    <button className="button" onClick={toggle}>
      {on ? 'Unmount' : 'Mount'}
    </button>
  )
}

function Counts({ line: { log }, renders }: { readonly line: Line; readonly renders: Tally }) {
  const { requests, conditional, notModified, bytes } = useSyncExternalStore(log.subscribe, log.getSnapshot)
  const rendered = useSyncExternalStore(renders.subscribe, renders.getSnapshot)
  const restart = (): void => {
    log.restart()
    renders.restart()
  }
  return (
    <div className="counts">
      <Figures>
        <Figure name="Requests" value={requests} />
        <Figure name="Conditional" value={conditional} />
        <Figure name="Answered with 304" value={notModified} />
        <Figure name="Bytes of bodies" value={bytesText(bytes)} />
        <Figure name="Renders of the cards" value={rendered} />
      </Figures>
      <button className="button" onClick={restart}>
        Count anew
      </button>
    </div>
  )
}
