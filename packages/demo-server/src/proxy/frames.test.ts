import { expect, test } from 'vitest'
import { createSplitter, type Piece, readFrameHeader } from './frames.ts'

function frame(opcode: number, length: number, masked = false): Buffer {
  const head = [0x80 | opcode]
  const mask = masked ? 0x80 : 0
  const size = Buffer.alloc(length < 126 ? 0 : length < 65_536 ? 2 : 8)
  if (size.length === 0) head.push(mask | length)
  else head.push(mask | (size.length === 2 ? 126 : 127))
  if (size.length === 2) size.writeUInt16BE(length)
  if (size.length === 8) size.writeBigUInt64BE(BigInt(length))
  return Buffer.concat([Buffer.from(head), size, Buffer.alloc(masked ? 4 : 0, 7), Buffer.alloc(length, 97)])
}

test.each([
  ['empty', 0, 2],
  ['short', 125, 127],
  ['of two length bytes', 126, 130],
  ['of eight length bytes', 65_536, 65_546],
])('reads the header of a frame that is %s', (_, length, total) => {
  expect(readFrameHeader(frame(2, length))).toEqual({ opcode: 2, fin: true, masked: false, length, total })
  expect(readFrameHeader(frame(2, length, true))).toMatchObject({ masked: true, length, total: total + 4 })
})

const head = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n')
const stream = Buffer.concat([head, frame(1, 3), frame(9, 0), frame(2, 200), frame(8, 2)])

function summary(pieces: readonly Piece[]) {
  return {
    bytes: Buffer.concat(pieces.map((piece) => piece.bytes)),
    statuses: pieces.flatMap((piece) => piece.status ?? []),
    opened: pieces.flatMap((piece) => piece.startsFrame?.opcode ?? []),
    closed: pieces.filter((piece) => piece.endsFrame).length,
  }
}

test('finds the same boundaries for any split into chunks', () => {
  const expected = { bytes: stream, statuses: [101], opened: [1, 9, 2, 8], closed: 4 }
  for (let cut = 1; cut < stream.length; cut += 1) {
    const splitter = createSplitter({ awaitsResponse: true })
    const pieces = [...splitter.split(stream.subarray(0, cut)), ...splitter.split(stream.subarray(cut))]
    expect(summary(pieces), `cut at ${cut}`).toEqual(expected)
  }
})

test('finds the same boundaries byte by byte', () => {
  const splitter = createSplitter({ awaitsResponse: true })
  const pieces = [...stream].flatMap((byte) => splitter.split(Buffer.from([byte])))
  expect(summary(pieces)).toEqual({ bytes: stream, statuses: [101], opened: [1, 9, 2, 8], closed: 4 })
})

test('finds no frames after a response other than 101', () => {
  const response = Buffer.from('HTTP/1.1 200 OK\r\n\r\nbody')
  const pieces = createSplitter({ awaitsResponse: true }).split(response)
  expect(summary(pieces)).toEqual({ bytes: response, statuses: [200], opened: [], closed: 0 })
})

test('ignores an interim response', () => {
  const response = Buffer.from('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n')
  expect(summary(createSplitter({ awaitsResponse: true }).split(response)).statuses).toEqual([204])
})
