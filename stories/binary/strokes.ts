/** A piece of a stroke: two points, as fractions of the canvas. A message holds four 32-bit floats for each. */
export interface Segment {
  readonly from: Point
  readonly to: Point
}

export interface Point {
  readonly x: number
  readonly y: number
}

const SEGMENT_BYTES = 16

export function encode(segments: readonly Segment[]): ArrayBuffer {
  const buffer = new ArrayBuffer(segments.length * SEGMENT_BYTES)
  const floats = new Float32Array(buffer)
  for (const [index, { from, to }] of segments.entries()) floats.set([from.x, from.y, to.x, to.y], index * 4)
  return buffer
}

function decode(buffer: ArrayBuffer): readonly Segment[] {
  const floats = new Float32Array(buffer)
  return Array.from({ length: buffer.byteLength / SEGMENT_BYTES }, (_, index) => {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = floats.subarray(index * 4)
    return { from: { x: x0, y: y0 }, to: { x: x1, y: y1 } }
  })
}

export function sameBytes(a: ArrayBuffer, b: ArrayBuffer): boolean {
  const left = new Uint8Array(a)
  const right = new Uint8Array(b)
  return left.length === right.length && left.every((byte, index) => byte === right[index])
}

/** Draws an encoded stroke. Both canvases use this function, so that equal bytes give equal pixels. */
export function draw(canvas: HTMLCanvasElement | null, buffer: ArrayBuffer): void {
  const context = canvas?.getContext('2d')
  if (!canvas || !context) return
  context.strokeStyle = getComputedStyle(canvas).color
  context.lineWidth = canvas.width / 140
  context.lineCap = 'round'
  for (const { from, to } of decode(buffer)) {
    context.beginPath()
    context.moveTo(from.x * canvas.width, from.y * canvas.height)
    context.lineTo(to.x * canvas.width, to.y * canvas.height)
    context.stroke()
  }
}

export function clear(canvas: HTMLCanvasElement | null): void {
  canvas?.getContext('2d')?.clearRect(0, 0, canvas.width, canvas.height)
}

/** A sample drawing: a Lissajous curve, split into several messages. */
export function sample(): readonly ArrayBuffer[] {
  const STEPS = 240
  const at = (step: number): Point => {
    const angle = (step / STEPS) * 2 * Math.PI
    return { x: 0.5 + 0.4 * Math.sin(3 * angle), y: 0.5 + 0.38 * Math.sin(4 * angle + 0.6) }
  }
  return Array.from({ length: STEPS / 8 }, (_, piece) =>
    encode(
      Array.from({ length: 8 }, (_, index) => ({
        from: at(piece * 8 + index),
        to: at(piece * 8 + index + 1),
      })),
    ),
  )
}
