/** A side of the picture, in pixels. */
const SIDE = 2_000
/** Of a field, in pixels; there are five by five. */
const FIELD = SIDE / 5
/** In bytes. */
const LINE = SIDE * 3
const HEAD = 54

/** In which of the 25 fields there is something: half of a face, and its mirror image. */
function fieldsOf(seed: number): (column: number, row: number) => boolean {
  return (column, row) => ((seed >>> ((column < 3 ? column : 4 - column) * 5 + row)) & 1) === 1
}

function hash(text: string): number {
  let value = 0x811c9dc5
  for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  return value >>> 0
}

type Colour = readonly [blue: number, green: number, red: number]

const colours: readonly Colour[] = [
  [95, 110, 11],
  [181, 87, 34],
  [40, 96, 168],
  [150, 70, 110],
  [60, 60, 170],
]
const PAPER: Colour = [236, 242, 238]

/** An image of twelve megabytes, made in the page: a bitmap, since what is packed would be small. */
export function drawPicture(name: string, times: number): File {
  const seed = hash(`${name} ${times}`)
  const isFilled = fieldsOf(seed)
  const ink = colours[seed % colours.length] ?? PAPER
  const bytes = new Uint8Array(HEAD + SIDE * LINE)
  writeHead(new DataView(bytes.buffer))
  for (let row = 0; row < 5; row += 1) {
    const line = lineOf((column) => (isFilled(column, row) ? ink : PAPER))
    for (let y = 0; y < FIELD; y += 1) bytes.set(line, HEAD + (row * FIELD + y) * LINE)
  }
  return new File([bytes], `${name.toLowerCase().replaceAll(/\W+/g, '-')}.bmp`, { type: 'image/bmp' })
}

function lineOf(colourOf: (column: number) => Colour): Uint8Array {
  const line = new Uint8Array(LINE)
  for (let x = 0; x < SIDE; x += 1) line.set(colourOf(Math.floor(x / FIELD)), x * 3)
  return line
}

/** BITMAPFILEHEADER and BITMAPINFOHEADER: 24 bits a pixel, no packing. */
function writeHead(view: DataView): void {
  view.setUint16(0, 0x424d)
  view.setUint32(2, view.byteLength, true)
  view.setUint32(10, HEAD, true)
  view.setUint32(14, 40, true)
  view.setInt32(18, SIDE, true)
  view.setInt32(22, SIDE, true)
  view.setUint16(26, 1, true)
  view.setUint16(28, 24, true)
}

/** The pictures of this page, by the ID of their users: the server counts the bytes, and throws them away. */
export interface Pictures {
  readonly get: (id: number) => string | undefined
  set(id: number, picture: Blob): void
  subscribe(listener: () => void): () => void
  /** Another one for each change. */
  getSnapshot(): number
}

export function createPictures(): Pictures {
  const urls = new Map<number, string>()
  const listeners = new Set<() => void>()
  let version = 0
  return {
    get: (id) => urls.get(id),
    set(id, picture) {
      URL.revokeObjectURL(urls.get(id) ?? '')
      urls.set(id, URL.createObjectURL(picture))
      version += 1
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => version,
  }
}
