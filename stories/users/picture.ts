import { type Store, createStore } from '../ui/store.ts'

/** Width and height, in pixels. */
const SIDE = 2_000
/** The picture has 5 × 5 fields of this size, in pixels. */
const FIELD = SIDE / 5
const ROW_BYTES = SIDE * 3
const HEADER_BYTES = 54

/** Determines which of the 25 fields are filled. The right half mirrors the left one. */
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

/** Draws a picture of 12 MB as a bitmap, because a compressed picture would upload too fast to watch. */
export function drawPicture(name: string, version: number): File {
  const seed = hash(`${name} ${version}`)
  const isFilled = fieldsOf(seed)
  const ink = colours[seed % colours.length] ?? PAPER
  const bytes = new Uint8Array(HEADER_BYTES + SIDE * ROW_BYTES)
  writeHeader(new DataView(bytes.buffer))
  for (let row = 0; row < 5; row += 1) {
    const pixels = pixelRow((column) => (isFilled(column, row) ? ink : PAPER))
    for (let y = 0; y < FIELD; y += 1) bytes.set(pixels, HEADER_BYTES + (row * FIELD + y) * ROW_BYTES)
  }
  return new File([bytes], `${name.toLowerCase().replaceAll(/\W+/g, '-')}.bmp`, { type: 'image/bmp' })
}

function pixelRow(colourOf: (column: number) => Colour): Uint8Array {
  const pixels = new Uint8Array(ROW_BYTES)
  for (let x = 0; x < SIDE; x += 1) pixels.set(colourOf(Math.floor(x / FIELD)), x * 3)
  return pixels
}

/** BITMAPFILEHEADER and BITMAPINFOHEADER: 24 bits per pixel, uncompressed. */
function writeHeader(view: DataView): void {
  view.setUint16(0, 0x424d)
  view.setUint32(2, view.byteLength, true)
  view.setUint32(10, HEADER_BYTES, true)
  view.setUint32(14, 40, true)
  view.setInt32(18, SIDE, true)
  view.setInt32(22, SIDE, true)
  view.setUint16(26, 1, true)
  view.setUint16(28, 24, true)
}

/** The object URLs of the uploaded pictures, by user ID. The server does not store them. */
export interface Pictures extends Store<ReadonlyMap<number, string>> {
  add(id: number, picture: Blob): void
}

export function createPictures(): Pictures {
  const { set, subscribe, getSnapshot } = createStore<ReadonlyMap<number, string>>(new Map())
  return {
    add(id, picture) {
      URL.revokeObjectURL(getSnapshot().get(id) ?? '')
      set((urls) => new Map(urls).set(id, URL.createObjectURL(picture)))
    },
    subscribe,
    getSnapshot,
  }
}
