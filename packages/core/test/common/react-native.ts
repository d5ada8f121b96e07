import { vi } from 'vitest'

// The shapes of React Native's globals, as its documentation and sources have them.

/** Knows only text; older versions cannot give the bytes. */
class RnBlob {
  readonly content: string
  readonly type: string
  readonly [Symbol.toStringTag] = 'Object'

  constructor(parts: readonly string[] = [], { type = '' }: { readonly type?: string } = {}) {
    this.content = parts.join('')
    this.type = type
  }

  get size(): number {
    return this.content.length
  }
}

class RnFileReader {
  result: unknown
  onload: (() => void) | undefined
  onerror: (() => void) | undefined

  readAsText(blob: RnBlob): void {
    this.#finish(blob.content)
  }

  readAsArrayBuffer(blob: RnBlob): void {
    this.#finish(Uint8Array.from(Buffer.from(blob.content, 'utf8')).buffer)
  }

  #finish(result: unknown): void {
    queueMicrotask(() => {
      this.result = result
      this.onload?.()
    })
  }
}

/** Has no setters, adds a slash, and reads its parts naively. */
class RnUrl {
  readonly #url: string

  constructor(url: string, base?: string) {
    if (base !== undefined && !/^\w+:\/\//.test(url))
      this.#url = `${base.replace(/\/$/, '')}/${url.replace(/^\//, '')}`
    else this.#url = url.endsWith('/') ? url : `${url}/`
  }

  #part(pattern: RegExp): string {
    return pattern.exec(this.#url)?.[1] ?? ''
  }

  get protocol(): string {
    return this.#part(/^(\w+:)/)
  }

  get hostname(): string {
    return this.#part(/^\w+:\/\/([^/:]*)/)
  }

  get origin(): string {
    return this.#part(/^(\w+:\/\/[^/]*)/)
  }

  get pathname(): string {
    return this.#part(/^\w+:\/\/[^/]*([^?#]*)/)
  }

  get search(): string {
    return this.#part(/(\?[^#]*)/)
  }

  get hash(): string {
    return this.#part(/(#.*)/)
  }

  get username(): string {
    return ''
  }

  get password(): string {
    return ''
  }

  get href(): string {
    return this.#url
  }

  toString(): string {
    return this.#url
  }
}

/** Can only append. */
class RnUrlSearchParams {
  readonly #pairs: [string, string][] = []

  constructor(init?: Readonly<Record<string, string>>) {
    if (typeof init === 'object') this.#pairs.push(...Object.entries(init))
  }

  append(name: string, value: string): void {
    this.#pairs.push([name, value])
  }

  get(): never {
    throw new Error('URLSearchParams.get is not implemented')
  }

  has(): never {
    throw new Error('URLSearchParams.has is not implemented')
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.#pairs[Symbol.iterator]()
  }

  toString(): string {
    return this.#pairs.map((pair) => pair.join('=')).join('&')
  }
}

type Listener = (event: unknown) => void

/** One request; the test acts as its server. */
export class RnXhr {
  readyState = 0
  status = 0
  responseType = ''
  responseURL: string | undefined
  withCredentials = true
  timeout = 0
  method = ''
  url = ''
  body: unknown
  isAborted = false
  readonly upload = {}
  readonly sent: Record<string, string> = {}
  onreadystatechange: Listener | null = null
  onprogress: Listener | null = null
  onload: Listener | null = null
  onerror: Listener | null = null
  ontimeout: Listener | null = null
  onabort: Listener | null = null
  #text = ''
  #headers: string | null = null

  get responseText(): string {
    if (this.responseType !== '' && this.responseType !== 'text') throw new Error('responseType')
    return this.#text
  }

  get response(): unknown {
    if (this.responseType === '' || this.responseType === 'text') return this.#text
    if (this.readyState < 4) return null
    return this.responseType === 'blob'
      ? new RnBlob([this.#text])
      : Uint8Array.from(Buffer.from(this.#text)).buffer
  }

  open(method: string, url: string): void {
    this.method = method
    this.url = url
    this.#setReadyState(1)
  }

  setRequestHeader(name: string, value: string): void {
    this.sent[name] = value
  }

  getAllResponseHeaders(): string | null {
    return this.#headers
  }

  send(body: unknown): void {
    this.body = body
  }

  abort(): void {
    if (this.readyState === 4) return
    this.isAborted = true
    this.readyState = 4
    this.onabort?.({})
  }

  respond(headers: Readonly<Record<string, string>>, status = 200): void {
    this.status = status
    this.#headers = Object.entries(headers)
      .map((pair) => `${pair.join(': ')}\r\n`)
      .join('')
    this.#setReadyState(2)
    this.responseURL = this.url
  }

  write(text: string): void {
    this.#text += text
    this.#setReadyState(3)
    this.onprogress?.({ loaded: this.#text.length, total: -1, lengthComputable: false })
  }

  end(): void {
    this.#setReadyState(4)
    this.onload?.({})
  }

  /** The text is then that of the error. */
  fail(): void {
    if (this.responseType === '' || this.responseType === 'text')
      this.#text = 'The network connection was lost.'
    this.#setReadyState(4)
    this.onerror?.({})
  }

  #setReadyState(readyState: number): void {
    this.readyState = readyState
    this.onreadystatechange?.({})
  }
}

/** One WebSocket. Its `close` events have no `wasClean`, and it has no `bufferedAmount`. */
export class RnSocket {
  readonly url: string
  readonly protocols: unknown
  readyState = 0
  protocol: string | undefined
  binaryType: string | undefined
  readonly sent: unknown[] = []
  onopen: Listener | null = null
  onmessage: Listener | null = null
  onclose: Listener | null = null
  onerror: Listener | null = null

  constructor(url: string, protocols: unknown) {
    this.url = url
    this.protocols = protocols
  }

  send(data: unknown): void {
    if (this.readyState === 0) throw new Error('INVALID_STATE_ERR')
    this.sent.push(data)
  }

  close(): void {
    this.readyState = 2
  }

  accept(): void {
    this.readyState = 1
    this.onopen?.({ type: 'open' })
  }

  receive(data: unknown): void {
    this.onmessage?.({ type: 'message', data })
  }

  end(code: number, reason?: string): void {
    this.readyState = 3
    this.onclose?.({ type: 'close', code, reason })
  }

  refuse(): void {
    this.readyState = 3
    this.onerror?.({ type: 'error' })
    this.end(1006, 'The operation couldn’t be completed.')
  }
}

/** What the app has sent, oldest first. */
export interface ReactNative {
  readonly requests: readonly RnXhr[]
  readonly sockets: readonly RnSocket[]
}

const MISSING = [
  'ReadableStream',
  'TextEncoder',
  'TextDecoder',
  'MessageChannel',
  'Event',
  'EventTarget',
  'MessageEvent',
  'DOMException',
  'structuredClone',
  'reportError',
]

/** Replaces the globals of Node by those of React Native, until `vi.unstubAllGlobals()`. */
export async function becomeReactNative(): Promise<ReactNative> {
  const requests: RnXhr[] = []
  const sockets: RnSocket[] = []
  vi.stubGlobal('navigator', { product: 'ReactNative' })
  vi.stubGlobal('Blob', RnBlob)
  vi.stubGlobal('FileReader', RnFileReader)
  vi.stubGlobal('URL', RnUrl)
  vi.stubGlobal('URLSearchParams', RnUrlSearchParams)
  const record = <Item>(list: Item[], item: Item): Item => {
    list.push(item)
    return item
  }
  // Functions that return an object can be called with `new`.
  vi.stubGlobal('XMLHttpRequest', function XMLHttpRequest() {
    return record(requests, new RnXhr())
  })
  vi.stubGlobal('WebSocket', function WebSocket(url: string, protocols: unknown) {
    return record(sockets, new RnSocket(url, protocols))
  })
  // React Native has these two packages built in. The first one looks at the globals when it is loaded.
  const { fetch, Headers, Request, Response } = await import('whatwg-fetch')
  const { AbortController, AbortSignal } = await import('abort-controller')
  for (const [name, value] of Object.entries({
    fetch,
    Headers,
    Request,
    Response,
    AbortController,
    AbortSignal,
  }))
    vi.stubGlobal(name, value)
  for (const name of MISSING) vi.stubGlobal(name, undefined)
  return { requests, sockets }
}
