/**
 * Tests for an object of a platform class, by its brand: `instanceof` is false for one of another realm, such as an
 * iframe. `instanceof` decides for classes without a brand, as in React Native.
 *
 * @param platform the class of this realm, if it has one
 */
const isOf = (name: string, value: unknown, platform?: unknown): boolean =>
  Object.prototype.toString.call(value) === `[object ${name}]` ||
  (typeof platform === 'function' && value instanceof platform)

export const isArrayBuffer = (value: unknown): value is ArrayBuffer => isOf('ArrayBuffer', value)

/** Tests for a Blob or a File. */
export const isBlob = (value: unknown): value is Blob =>
  isOf('File', value) || isOf('Blob', value, typeof Blob === 'undefined' ? undefined : Blob)

export const isFormData = (value: unknown): value is FormData =>
  isOf('FormData', value, typeof FormData === 'undefined' ? undefined : FormData)

export const isReadableStream = (value: unknown): value is ReadableStream =>
  isOf('ReadableStream', value, typeof ReadableStream === 'undefined' ? undefined : ReadableStream)

export const isUrlSearchParams = (value: unknown): value is URLSearchParams =>
  isOf('URLSearchParams', value, typeof URLSearchParams === 'undefined' ? undefined : URLSearchParams)

/** Tests for an error, also one of the platform, such as an AbortError. */
export const isError = (value: unknown): value is Error =>
  isOf('DOMException', value) || isOf('Error', value, Error)

/** Tests for an object with `then`: a promise of any realm or library. */
export const isPromiseLike = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
