import { useWebSocket } from '@tautline/react'
import { type PointerEvent, type RefObject, useRef, useState } from 'react'
import { Figure, Figures } from '../ui/figure.tsx'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { codec } from './codec.ts'
import { type Point, draw, encode, sameBytes, sample, clear } from './strokes.ts'

interface Counts {
  readonly bytes: number
  readonly messages: number
  readonly identical: number
  readonly different: number
}

const noCounts: Counts = { bytes: 0, messages: 0, identical: 0, different: 0 }

/** Sends what the user draws, and compares the echo with it byte by byte. */
export function ReactCanvas({ url }: { readonly url: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const inFlight = useRef<ArrayBuffer[]>([])
  const [counts, setCounts] = useState(noCounts)
  const { status, send } = useWebSocket(url, { codec, onMessage: compare })

  function compare(buffer: ArrayBuffer): void {
    const sent = inFlight.current.shift()
    const isSame = sent !== undefined && sameBytes(sent, buffer)
    const outcome = isSame ? 'identical' : 'different'
    setCounts((before) => ({ ...before, [outcome]: before[outcome] + 1 }))
  }
  function sendStroke(buffer: ArrayBuffer): void {
    inFlight.current.push(buffer)
    setCounts((before) => ({
      ...before,
      bytes: before.bytes + buffer.byteLength,
      messages: before.messages + 1,
    }))
    if (buffer.byteLength === 0) clear(canvas.current)
    else draw(canvas.current, buffer)
    send(buffer)
  }

  return (
    <>
      <Panel title="React" detail="draw here" aside={<StatusPill status={status} />}>
        <Board canvas={canvas} stroke={(from, to) => sendStroke(encode([{ from, to }]))} />
      </Panel>
      <Controls sendStroke={sendStroke} counts={counts} />
    </>
  )
}

function Board(props: {
  readonly canvas: RefObject<HTMLCanvasElement | null>
  readonly stroke: (from: Point, to: Point) => void
}) {
  const { canvas, stroke } = props
  const pen = useRef<Point>(undefined)
  function move(event: PointerEvent<HTMLCanvasElement>): void {
    const from = pen.current
    if (from === undefined) return
    pen.current = pointOf(event)
    stroke(from, pen.current)
  }
  return (
    <canvas
      ref={canvas}
      className="canvas"
      data-pen
      width="960"
      height="600"
      role="img"
      aria-label="Drawing board"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        pen.current = pointOf(event)
      }}
      onPointerMove={move}
      onPointerUp={() => (pen.current = undefined)}
    />
  )
}

type SendStroke = (buffer: ArrayBuffer) => void

function Controls({ sendStroke, counts }: { readonly sendStroke: SendStroke; readonly counts: Counts }) {
  const { bytes, messages, identical, different } = counts
  return (
    <div className="canvas-controls">
      <div className="row">
        <button
          className="button"
          data-look="primary"
          onClick={() => sample().forEach((piece) => sendStroke(piece))}
        >
          Draw a sample
        </button>
        <button className="button" onClick={() => sendStroke(new ArrayBuffer(0))}>
          Clear
        </button>
      </div>
      <Figures>
        <Figure name="Sent" value={messages} unit="messages" />
        <Figure name="Bytes" value={bytes} />
        <Figure
          name="Echoed without change"
          value={identical}
          tone={identical === messages ? 'good' : 'busy'}
        />
        <Figure name="Changed" value={different} tone={different === 0 ? undefined : 'bad'} />
      </Figures>
    </div>
  )
}

function pointOf({ clientX, clientY, currentTarget }: PointerEvent<HTMLCanvasElement>): Point {
  const { left, top, width, height } = currentTarget.getBoundingClientRect()
  return { x: (clientX - left) / width, y: (clientY - top) / height }
}
