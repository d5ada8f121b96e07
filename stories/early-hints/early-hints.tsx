import './early-hints.css'
import type { CSSProperties, ReactNode } from 'react'
import { useServer } from '../server/server-context.ts'
import { Panel, Stage } from '../ui/stage.tsx'
import type { PageTimes } from './times.ts'
import { useOpenedPage } from './use-opened-page.ts'

/** How long the server prepares the page, in ms. */
const WAIT_MS = 1000
/** The end of the time axis, the same for both panels. */
const LONGEST_MS = 2500

/** The address of a slow page. Its data takes half a second, and differs each time, since the browser stores the response. */
function createUrl(origin: string, isHinted: boolean): string {
  const data = `/users?limit=10&delay=500&cache=max-age%3D60&run=${crypto.randomUUID()}`
  const query = new URLSearchParams({ wait: `${WAIT_MS}`, data, preload: isHinted ? data : '/health' })
  return `${origin}/early-hints?${query}`
}

/** A slow page, once with an early hint of its data and once without. */
export function EarlyHints() {
  const { secureUrl } = useServer()
  return (
    <Stage
      title="Early hints"
      description="HTTP/2 push is no longer supported by browsers. The status 103 does its work: while the server still prepares the page, the browser already requests the data that the page is going to need. A useFetch of the same URL then uses this response."
    >
      {secureUrl === undefined ? (
        <Panel title="HTTP/2">
          <p className="note hints-note">Needs the demo server, which supports HTTP/2 over TLS.</p>
        </Panel>
      ) : (
        <div className="pair">
          <PagePanel title="With a hint" getUrl={() => createUrl(secureUrl, true)}>
            The page opens in a new window, because browsers follow hints only for whole pages. Chromium
            stores no response of a server whose certificate it does not trust: the script then has to request
            the data again.
          </PagePanel>
          <PagePanel title="Without a hint" getUrl={() => createUrl(secureUrl, false)}>
            The data takes half a second. The browser requests it only when the script of the page runs.
          </PagePanel>
        </div>
      )}
    </Stage>
  )
}

function PagePanel(props: {
  readonly title: string
  readonly getUrl: () => string
  readonly children: ReactNode
}) {
  const { title, getUrl, children } = props
  const { open, times, waits } = useOpenedPage(getUrl)
  return (
    <Panel title={title} detail={`the page takes ${WAIT_MS / 1000} s`}>
      <div className="hints-command">
        <button className="button" data-look="primary" onClick={open}>
          Open the page
        </button>
        <output aria-label={`Result ${title}`}>
          {times === undefined ? (waits ? 'Waiting for the page …' : 'Not opened yet.') : describe(times)}
        </output>
      </div>
      {times !== undefined && <Bars times={times} />}
      <p className="note hints-note">
        {waits
          ? 'If the new window shows a warning, accept the self-signed certificate of the demo server there.'
          : children}
      </p>
    </Panel>
  )
}

function describe({ request: { hinted }, shownAt }: PageTimes): string {
  return `Data shown after ${shownAt.toFixed(0)} ms, requested by ${hinted ? 'the hint' : 'the script of the page'}.`
}

type Style = CSSProperties & Record<'--from' | '--to', number>

/** The times in which the page was loaded, and then waited for its data. */
function Bars({ times: { scriptAt, shownAt } }: { readonly times: PageTimes }) {
  const bars = [
    { name: 'until its script runs', from: 0, to: scriptAt },
    { name: 'until its data is there', from: scriptAt, to: shownAt },
  ]
  return (
    <ol className="hints-bars" aria-label="Times of the page">
      {bars.map(({ name, from, to }) => (
        <li key={name}>
          <span>{name}</span>
          <span className="hints-window">
            <i style={{ '--from': from / LONGEST_MS, '--to': to / LONGEST_MS } as Style} />
          </span>
          <span>{(to - from).toFixed(0)} ms</span>
        </li>
      ))}
    </ol>
  )
}
