import '../ticker/ticker.css'
import './six.css'
import { type CSSProperties, useState } from 'react'
import { type StoryServer } from '../server/story-server.ts'
import { useServer } from '../server/server-context.ts'
import { Panel, Stage } from '../ui/stage.tsx'
import { SharedPanel } from './shared-panel.tsx'
import { StreamsPanel } from './streams-panel.tsx'

const START = 2
const MOST = 8

/** Under another name the server has connections of its own: nothing else here waits for them. */
const apart = ({ url }: StoryServer): string => url.replace('//127.0.0.1:', '//localhost:')

/** What streams cost over HTTP/1.1, what they do not over HTTP/2, and why it seldom matters. */
export function SixConnections() {
  const server = useServer()
  const [streams, setStreams] = useState(START)
  const full = streams >= 6
  return (
    <Stage
      title="Six connections"
      lead="Over HTTP/1.1 a browser has six connections for an origin, in all tabs together, and an open stream keeps one. The seventh request waits, whatever it is for. HTTP/2 carries them all over one. Components share a stream by default; here they are told not to."
    >
      <Chooser streams={streams} choose={setStreams} />
      <div className="pair">
        <StreamsPanel title="HTTP/1.1" origin={apart(server)} streams={streams}>
          {server.kind === 'mock'
            ? 'A mock in the page has no connections to run out of: this needs the demo server.'
            : `${Math.min(streams, 6)} of 6 connections are taken. ${full ? 'A request waits until a stream ends.' : 'A request finds one.'}`}
        </StreamsPanel>
        {server.secureUrl === undefined ? (
          <Panel title="HTTP/2">
            <p className="note slots-note slots-none">
              Needs the demo server, which speaks HTTP/2 over TLS beside HTTP/1.1.
            </p>
          </Panel>
        ) : (
          <StreamsPanel
            title="HTTP/2"
            origin={server.secureUrl}
            streams={streams}
            help={<Trust url={`${server.secureUrl}/health`} />}
          >
            All streams and the request go over one connection.
          </StreamsPanel>
        )}
      </div>
      <SharedPanel />
    </Stage>
  )
}

/** A page is not told why it could not connect; here the likely reason is known. */
function Trust({ url }: { readonly url: string }) {
  return (
    <>
      The server has made its certificate for itself, and your browser does not trust it yet.{' '}
      <a href={url} target="_blank" rel="noreferrer">
        Open it in a tab
      </a>
      , accept the certificate once, and come back: the streams open by themselves.
    </>
  )
}

/** Tells CSS where on the scale. */
const at = (streams: number): CSSProperties & Record<'--at', number> => ({
  '--at': (streams - 1) / (MOST - 1),
})

function Chooser(props: { readonly streams: number; readonly choose: (streams: number) => void }) {
  const { streams, choose } = props
  return (
    <section className="panel throttle" aria-label="Streams">
      <label htmlFor="streams">Open streams</label>
      <output htmlFor="streams">
        {streams} <small>over each</small>
      </output>
      <input
        id="streams"
        type="range"
        min="1"
        max={MOST}
        step="1"
        value={streams}
        style={at(streams)}
        onChange={(event) => choose(event.target.valueAsNumber)}
      />
      <span className="scale" aria-hidden="true">
        {[1, 6, MOST].map((mark) => (
          <span key={mark} style={at(mark)}>
            {mark}
          </span>
        ))}
      </span>
    </section>
  )
}
