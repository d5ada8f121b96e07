import { parseRawHeaders } from '../http/raw-headers.ts'
import type { Fetch } from '../platform/environment.ts'
import { unsupportedError } from '../shared/errors.ts'

/**
 * A `fetch` that streams text over XMLHttpRequest, for platforms whose own `fetch` cannot, such as React Native. Pass
 * it as `environment.streamFetch`. XMLHttpRequest stores the whole text of a stream until it ends.
 *
 * @example
 * const environment = { streamFetch } // once, outside of components
 * useEventSource('https://api.example/prices', { environment })
 */
export const streamFetch: Fetch = (url, { method = 'GET', headers, body, credentials, signal }) =>
  new Promise((resolve, reject) => {
    if (typeof XMLHttpRequest !== 'function')
      throw unsupportedError('XMLHttpRequest', 'pass a `fetch` that streams')
    const xhr = new XMLHttpRequest()
    const queue = createQueue(() => xhr.abort())
    const fail = (cause: unknown) => {
      reject(cause)
      queue.end(Promise.reject(cause))
    }
    let position = 0
    const receive = (isComplete: boolean) => {
      const text = xhr.responseText
      // The second half of a character may follow in the next part.
      const isSplit = !isComplete && /[\ud800-\udbff]/.test(text.slice(-1))
      const end = text.length - (isSplit ? 1 : 0)
      if (end > position) queue.push(text.slice(position, end))
      position = end
    }
    xhr.open(method, url)
    xhr.responseType = 'text'
    xhr.withCredentials = credentials === 'include'
    for (const [name, value] of new Headers(headers)) xhr.setRequestHeader(name, value)
    xhr.onreadystatechange = () => {
      // The status is 0 until there is a response.
      if (xhr.readyState >= 2 && xhr.status) resolve(toResponse(xhr, queue))
    }
    xhr.onprogress = () => receive(false)
    xhr.onload = () => {
      receive(true)
      queue.end(Promise.resolve({ done: true }))
    }
    xhr.onerror = xhr.ontimeout = () => fail(new TypeError('Network request failed'))
    const abort = () => {
      xhr.abort()
      fail(signal?.reason ?? new Error('The request was aborted'))
    }
    if (signal?.aborted) return abort()
    signal?.addEventListener('abort', abort)
    xhr.send(body as XMLHttpRequestBodyInit | null | undefined) // it has no streams here
  })

type Result = { readonly done: boolean; readonly value?: string }

/** The parts of a body that were received and not yet read. */
interface Queue {
  push(text: string): void
  /** Ends the body, if it has not ended. */
  end(result: Promise<Result>): void
  readonly body: {
    getReader(): { read(): Promise<Result>; cancel(): Promise<void> }
    cancel(): Promise<void>
  }
}

function createQueue(abort: () => void): Queue {
  let text = ''
  let ended: Promise<Result> | undefined
  let resolveRead: ((result: Result | Promise<Result>) => void) | undefined
  const update = () => {
    const result = text ? { done: false, value: text } : ended
    if (!resolveRead || !result) return
    text = ''
    resolveRead(result)
    resolveRead = undefined
  }
  const queue: Queue = {
    push(part) {
      text += part
      update()
    },
    end(result) {
      // An error is not unhandled: nothing reads a body that was cancelled.
      result.catch(() => {})
      ended ??= result
      update()
    },
    body: {
      getReader: () => ({
        read: () =>
          new Promise((resolve) => {
            resolveRead = resolve
            update()
          }),
        cancel: queueCancel,
      }),
      cancel: queueCancel,
    },
  }
  function queueCancel(): Promise<void> {
    abort()
    queue.end(Promise.resolve({ done: true }))
    return Promise.resolve()
  }
  return queue
}

function toResponse(xhr: XMLHttpRequest, { body }: Queue): Response {
  const { status, responseURL } = xhr
  const headers = parseRawHeaders(xhr.getAllResponseHeaders())
  const response = { status, ok: status >= 200 && status <= 299, headers, url: responseURL || '', body }
  return response as unknown as Response // has all that is read of one
}
