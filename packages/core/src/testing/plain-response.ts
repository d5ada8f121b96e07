/** The side of the server of a body. */
export interface BodyController {
  enqueue(chunk: string | Uint8Array): void
  close(): void
  error(cause: unknown): void
}

type Result = { readonly done: boolean; readonly value?: string | Uint8Array }

/** Whether the platform has what a real `Response` with a stream needs. Jest's jsdom does not. */
export const hasResponses = (): boolean =>
  [typeof Response, typeof ReadableStream, typeof TextEncoder, typeof TextDecoder].every(
    (type) => type === 'function',
  )

/** Creates an object with what Tautline uses of a `Response`. Its body passes text on as text. */
export function createPlainResponse(
  head: { readonly status: number; readonly headers: HeadersInit },
  start: (controller: BodyController) => void,
  onCancel: () => void,
): Response {
  const { status } = head
  const hasBody = ![204, 205, 304].includes(status)
  const response = {
    status,
    ok: status >= 200 && status <= 299,
    headers: new Headers(head.headers),
    body: hasBody ? createPlainBody(start, onCancel) : null,
  }
  return response as unknown as Response // has all that is read of one
}

function createPlainBody(start: (controller: BodyController) => void, onCancel: () => void) {
  const chunks: (string | Uint8Array)[] = []
  let end: Promise<Result> | undefined
  let resolveRead: ((result: Result | Promise<Result>) => void) | undefined
  const update = () => {
    const [value] = resolveRead ? chunks.splice(0, 1) : []
    const result = value === undefined ? end : { done: false, value }
    if (!result) return
    resolveRead?.(result)
    resolveRead = undefined
  }
  const finish = (result: Promise<Result>) => {
    // The page may read it later, or not at all.
    result.catch(() => {})
    end ??= result
    update()
  }
  start({
    enqueue(chunk) {
      chunks.push(chunk)
      update()
    },
    close: () => finish(Promise.resolve({ done: true })),
    error(cause) {
      chunks.length = 0
      finish(Promise.reject(cause))
    },
  })
  const read = () =>
    new Promise<Result>((resolve) => {
      resolveRead = resolve
      update()
    })
  const cancel = () => {
    onCancel()
    chunks.length = 0
    finish(Promise.resolve({ done: true }))
    return Promise.resolve()
  }
  return { getReader: () => ({ read, cancel }), cancel }
}
