import type { BodyCodec } from '../../shared/codec.ts'
import { shared } from './structural-sharing.ts'

/** A change of the data that is shown before the server knows of it. */
interface Layer {
  readonly update: (data: unknown) => unknown
  /** How many answers there had been when it was made. */
  readonly answers: number
  /** It stays; those before it may still be open. */
  settled: boolean
  /** What it was made of last, and what was made: a user's function runs once for each. */
  input: unknown
  result: unknown
}

/** What one codec makes of the answers of an entry. */
export interface Cell {
  /** One that is written anew in every render is another each time. */
  codec: BodyCodec | undefined
  /** What is shown: the answer, with what was changed by hand. */
  value: unknown
  /** What the last answer could not be read for. */
  error: Error | undefined
  /** The answer, with what was changed by hand for good. */
  base: unknown
  /** The answer alone. */
  said: unknown
  answers: number
  layers: Layer[] | undefined
}

export const createCell = (codec: BodyCodec | undefined, base: unknown, error?: Error): Cell => ({
  codec,
  value: base,
  error,
  base,
  said: base,
  answers: 0,
  layers: undefined,
})

/** Takes an answer: what is equal stays the same object, and what was changed by hand stays on top. */
export function renewCell(cell: Cell, read: () => unknown, report: (error: unknown) => void): void {
  cell.answers++
  try {
    cell.base = cell.said = alike(cell.base, read())
    cell.error = undefined
  } catch (cause) {
    cell.error = cause instanceof Error ? cause : new Error(String(cause))
    return
  }
  showWhatCan(cell, report)
}

function alike(before: unknown, next: unknown): unknown {
  try {
    return shared(before, next)
  } catch {
    // Deeper than the stack.
    return next
  }
}

function show(cell: Cell): void {
  const { base, layers = [] } = cell
  cell.value = layers.reduce(run, base)
}

/** An update that was written for another answer may throw on this one: it is reported, and taken back. */
function showWhatCan(cell: Cell, report: (error: unknown) => void): void {
  const { layers = [] } = cell
  let value = cell.base
  for (const layer of layers.slice()) {
    try {
      value = run(value, layer)
    } catch (error) {
      layers.splice(layers.indexOf(layer), 1)
      report(error)
    }
  }
  cell.value = value
}

function run(input: unknown, layer: Layer): unknown {
  if (layer.input !== input) {
    layer.result = layer.update(input)
    layer.input = input
  }
  return layer.result
}

/** Equal to nothing that is shown. */
const NEVER = {}

/**
 * Changes the data by hand.
 *
 * @returns what makes the change stay, and what takes it back; the first says whether an answer has come meanwhile that may know of it or not
 */
export function changeCell(
  cell: Cell,
  update: (data: unknown) => unknown,
  report: (error: unknown) => void,
): { readonly keep: () => boolean; readonly undo: () => void } {
  const layer: Layer = { update, answers: cell.answers, settled: false, input: NEVER, result: undefined }
  const before = cell.value
  const layers = (cell.layers ??= [])
  layers.push(layer)
  try {
    show(cell)
  } catch (error) {
    layers.pop()
    throw error
  }
  const kept = cell.value
  return {
    keep() {
      if (!layers.includes(layer)) return true
      const outdated = layer.answers !== cell.answers
      if (outdated) layers.splice(layers.indexOf(layer), 1)
      layer.settled = true
      // Those that cannot be shown any more are gone after it, so that the others can be made part of the answer.
      showWhatCan(cell, report)
      for (let [first] = layers; first?.settled; [first] = layers) {
        cell.base = run(cell.base, first)
        layers.shift()
      }
      return !outdated
    },
    undo() {
      const place = layers.indexOf(layer)
      if (place >= 0) layers.splice(place, 1)
      // It has become part of the answer; what has come since stays.
      else if (cell.value === kept) cell.base = before
      showWhatCan(cell, report)
    },
  }
}

/** What reads a cell. */
interface Reader {
  readonly cell: Cell | undefined
  readonly options: { readonly codec?: BodyCodec | undefined }
}

/** A codec that is written anew in every render is another each time, and reads on what it has read; unless somebody reads it by the old one. */
export function followCodecs(readers: readonly Reader[]): void {
  for (const { cell, options } of readers) {
    if (!cell || cell.codec === options.codec) continue
    if (readers.every((other) => other.cell !== cell || other.options.codec === options.codec))
      cell.codec = options.codec
  }
}
