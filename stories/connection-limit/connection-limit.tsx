import '../ui/slider.css'
import './connection-limit.css'
import { type CSSProperties, useState } from 'react'
import { type StoryServer } from '../server/story-server.ts'
import { useServer } from '../server/server-context.ts'
import { Panel, Stage } from '../ui/stage.tsx'
import { SharedPanel } from './shared-panel.tsx'
import { StreamsPanel } from './streams-panel.tsx'

const INITIAL_STREAMS = 2
const MAX_STREAMS = 8
/** The highest number of connections that a browser opens to one origin over HTTP/1.1. */
const CONNECTION_LIMIT = 6

/** The server under another host name. The streams then use up the connections of another origin, and the rest of the page still works. */
const separateOrigin = ({ url }: StoryServer): string => url.replace('//127.0.0.1:', '//localhost:')

/** Open streams over HTTP/1.1, where they use up the connections of the origin, and over HTTP/2. */
export function ConnectionLimit() {
  const server = useServer()
  const [streams, setStreams] = useState(INITIAL_STREAMS)
  const isFull = streams >= CONNECTION_LIMIT
  return (
    <Stage
      title="Connection limit"
      description="Over HTTP/1.1 a browser opens at most six connections to an origin, for all tabs together, and an open stream occupies one of them. A seventh request waits. Over HTTP/2 all streams and requests share one connection. Components share a stream by default; the streams in the first two panels have sharing turned off."
    >
      <StreamCountSlider streams={streams} onChange={setStreams} />
      <div className="pair">
        <StreamsPanel title="HTTP/1.1" origin={separateOrigin(server)} streams={streams}>
          {server.kind === 'mock'
            ? 'The mock in the page has no connection limit. This needs the demo server.'
            : `${Math.min(streams, CONNECTION_LIMIT)} of ${CONNECTION_LIMIT} connections are in use. ${isFull ? 'A request waits until a stream ends.' : 'A request is sent at once.'}`}
        </StreamsPanel>
        {server.secureUrl === undefined ? (
          <Panel title="HTTP/2">
            <p className="note slots-note slots-empty">
              Needs the demo server, which supports HTTP/2 over TLS.
            </p>
          </Panel>
        ) : (
          <StreamsPanel
            title="HTTP/2"
            origin={server.secureUrl}
            streams={streams}
            help={<CertificateHelp url={`${server.secureUrl}/health`} />}
          >
            All streams and the request go over one connection.
          </StreamsPanel>
        )}
      </div>
      <SharedPanel />
    </Stage>
  )
}

/** Browsers hide from a page why a connection failed. Here the likely reason is the self-signed certificate. */
function CertificateHelp({ url }: { readonly url: string }) {
  return (
    <>
      The server has a self-signed certificate, which your browser does not trust yet.{' '}
      <a href={url} target="_blank" rel="noreferrer">
        Open the server in a new tab
      </a>
      , accept the certificate, and come back. The streams then open automatically.
    </>
  )
}

/** The position of a number of streams on the scale, from 0 to 1. */
const at = (streams: number): CSSProperties & Record<'--at', number> => ({
  '--at': (streams - 1) / (MAX_STREAMS - 1),
})

function StreamCountSlider(props: {
  readonly streams: number
  readonly onChange: (streams: number) => void
}) {
  const { streams, onChange } = props
  return (
    <section className="panel slider" aria-label="Streams">
      <label htmlFor="streams">Open streams</label>
      <output htmlFor="streams">
        {streams} <small>per protocol</small>
      </output>
      <input
        id="streams"
        type="range"
        min="1"
        max={MAX_STREAMS}
        step="1"
        value={streams}
        style={at(streams)}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
      <span className="scale" aria-hidden="true">
        {[1, CONNECTION_LIMIT, MAX_STREAMS].map((mark) => (
          <span key={mark} style={at(mark)}>
            {mark}
          </span>
        ))}
      </span>
    </section>
  )
}
