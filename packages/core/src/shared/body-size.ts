import { isArrayBuffer, isBlob, isUrlSearchParams } from './brand.ts'

/** The size of a body in bytes; undefined if it is not known before sending. */
export function byteLengthOf(body: unknown): number | undefined {
  if (isBlob(body)) return body.size
  return isArrayBuffer(body) || ArrayBuffer.isView(body) ? body.byteLength : undefined
}

/** About how many bytes a body has: the length of a text is close enough. Infinity for a stream or a form. */
export const lengthOf = (body: unknown): number =>
  typeof body === 'string' || isUrlSearchParams(body)
    ? String(body).length
    : (byteLengthOf(body ?? new ArrayBuffer(0)) ?? Number.POSITIVE_INFINITY)
