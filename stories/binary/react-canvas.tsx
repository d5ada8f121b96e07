import { useWebSocket } from '@tautline/react'
import { type PointerEvent, type RefObject, useRef, useState } from 'react'
import { Figure, Figures } from '../ui/figure.tsx'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { codec } from './codec.ts'
import { type Point, draw, encode, sameBytes, sample, wipe } from './strokes.ts'

interface Tally {
  readonly bytes: number
  readonly messages: number
  readonly identical: number
  readonly different: number
}

const nothing: Tally = { bytes: 0, messages: 0, identical: 0, different: 0 }

/** Sends what is drawn, and compares what comes back with it byte by byte. */
export function ReactCanvas({ url }: { readonly url: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const underway = useRef<ArrayBuffer[]>([])
  const [tally, setTally] = useState(nothing)
  const { status, send } = useWebSocket(url, { codec, onMessage: compare })

  function compare(buffer: ArrayBuffer): void {
    const sent = underway.current.shift()
    const same = sent !== undefined && sameBytes(sent, buffer)
    const outcome = same ? 'identical' : 'different'
    setTally((before) => ({ ...before, [outcome]: before[outcome] + 1 }))
  }
  function put(buffer: ArrayBuffer): void {
    underway.current.push(buffer)
    setTally((before) => ({
      ...before,
      bytes: before.bytes + buffer.byteLength,
      messages: before.messages + 1,
    }))
    if (buffer.byteLength === 0) wipe(canvas.current)
    else draw(canvas.current, buffer)
    send(buffer)
  }

  return (
    <>
      <Panel title="React" detail="draw here" aside={<StatusPill status={status} />}>
        <Board canvas={canvas} stroke={(from, to) => put(encode([{ from, to }]))} />
      </Panel>
      <Controls put={put} tally={tally} />
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
      className="board"
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

type Put = (buffer: ArrayBuffer) => void

function Controls({ put, tally }: { readonly put: Put; readonly tally: Tally }) {
  const { bytes, messages, identical, different } = tally
  return (
    <div className="board-controls">
      <div className="row">
        <button
          className="button"
          data-look="primary"
          onClick={() => sample().forEach((piece) => put(piece))}
        >
          Draw a sample
        </button>
        <button className="button" onClick={() => put(new ArrayBuffer(0))}>
          Wipe
        </button>
      </div>
      <Figures>
        <Figure name="Sent" value={messages} unit="messages" />
        <Figure name="Bytes" value={bytes} />
        <Figure
          name="Came back identical"
          value={identical}
          tone={identical === messages ? 'good' : 'busy'}
        />
        <Figure name="Different" value={different} tone={different === 0 ? undefined : 'bad'} />
      </Figures>
    </div>
  )
}

function pointOf({ clientX, clientY, currentTarget }: PointerEvent<HTMLCanvasElement>): Point {
  const { left, top, width, height } = currentTarget.getBoundingClientRect()
  return { x: (clientX - left) / width, y: (clientY - top) / height }
}
