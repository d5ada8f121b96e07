/**
 * Tests for an object of a platform class, by its brand: `instanceof` is false for one of another realm, such as an
 * iframe. `instanceof` decides for classes without a brand, as in React Native.
 */
function isOf(name: string, value: unknown): boolean {
  // oxlint-disable-next-line no-restricted-globals -- only to compare with its classes
  const platform = (globalThis as Readonly<Record<string, unknown>>)[name]
  return (
    Object.prototype.toString.call(value) === `[object ${name}]` ||
    (typeof platform === 'function' && value instanceof platform)
  )
}

export const isArrayBuffer = (value: unknown): value is ArrayBuffer => isOf('ArrayBuffer', value)

/** Tests for a Blob or a File. */
export const isBlob = (value: unknown): value is Blob => isOf('File', value) || isOf('Blob', value)

export const isFormData = (value: unknown): value is FormData => isOf('FormData', value)

export const isReadableStream = (value: unknown): value is ReadableStream => isOf('ReadableStream', value)

export const isUrlSearchParams = (value: unknown): value is URLSearchParams => isOf('URLSearchParams', value)

/** Tests for an error, also one of the platform such as a DOMException. */
export const isError = (value: unknown): value is Error => isOf('DOMException', value) || isOf('Error', value)

/** Tests for an object with `then`: a promise of any realm or library. */
export const isPromiseLike = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
