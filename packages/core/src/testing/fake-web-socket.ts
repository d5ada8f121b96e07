/** A fake WebSocket. The test acts as its server. It fires the same events as a real one, in the same order. */
export interface FakeWebSocket extends Pick<
  WebSocket,
  'onopen' | 'onmessage' | 'onclose' | 'onerror' | 'binaryType' | 'readyState' | 'send' | 'close'
> {
  readonly url: string
  /** The subprotocols that were offered. */
  readonly protocols: readonly string[]
  /** The messages that the page has sent, oldest first. */
  readonly sent: readonly unknown[]
  /** The arguments of the page's first `close()`; undefined before that. */
  readonly closedWith:
    | { readonly code?: number | undefined; readonly reason?: string | undefined }
    | undefined
  /** False: the server does not confirm `close()`, as on a half-open connection. The test can set it. @default true */
  confirmsClose: boolean
  /** The number of bytes that are not yet sent. The test can set it. */
  bufferedAmount: number
  /** Completes the handshake, with a subprotocol if given. */
  accept(protocol?: string): void
  /** Delivers a message to the page, as if the server had sent it. */
  receive(data: unknown): void
  /** Closes the connection from the server. With 1006 it is a failure of the network. @default 1000 */
  end(code?: number, reason?: string, wasClean?: boolean): void
  /** Makes the handshake fail: fires `error`, then `close` with 1006. */
  refuse(): void
}

/** Creates a `WebSocket` constructor for tests that stores all sockets in `sockets`. */
export function createFakeWebSocket(): {
  readonly WebSocket: new (url: string | URL, protocols?: string | string[]) => WebSocket
  readonly sockets: readonly FakeWebSocket[]
} {
  const sockets: FakeWebSocket[] = []
  function construct(url: string | URL, protocols: string | string[] = []) {
    const socket = createSocket(String(url), [protocols].flat())
    sockets.push(socket)
    return socket
  }
  // A function that returns an object can be called with `new`. The object has all that Tautline uses of a WebSocket.
  return {
    WebSocket: construct as unknown as new (url: string | URL, protocols?: string | string[]) => WebSocket,
    sockets,
  }
}

// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
function createSocket(url: string, protocols: readonly string[]): FakeWebSocket {
  if (new Set(protocols).size < protocols.length)
    throw new DOMException('Duplicate subprotocol', 'SyntaxError')
  const sent: unknown[] = []
  let readyState: 0 | 1 | 2 | 3 = 0
  let hasEnded = false
  let closedWith: FakeWebSocket['closedWith']
  const end = (code: number, reason: string, wasClean: boolean) => {
    if (hasEnded) return
    hasEnded = true
    readyState = 3
    socket.onclose?.call(asSocket, { code, reason, wasClean } as CloseEvent)
  }
  function fail() {
    if (hasEnded) return
    readyState = 3
    socket.onerror?.call(asSocket, createEvent('error'))
    end(1006, '', false)
  }
  const socket: FakeWebSocket & { protocol: string } = {
    url,
    protocols,
    protocol: '',
    sent,
    binaryType: 'blob',
    bufferedAmount: 0,
    confirmsClose: true,
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    get readyState() {
      return readyState
    },
    get closedWith() {
      return closedWith
    },
    send(data) {
      if (readyState === 0) throw new DOMException('Still connecting', 'InvalidStateError')
      if (readyState === 1) sent.push(data)
    },
    close(code, reason) {
      closedWith ??= { code, reason }
      if (readyState > 1) return
      const confirm = readyState === 0 ? fail : () => end(code ?? 1005, reason ?? '', true)
      readyState = 2
      // Later, as a real one does, which waits for the server.
      queueMicrotask(() => socket.confirmsClose && confirm())
    },
    accept(protocol = '') {
      if (readyState !== 0) return
      readyState = 1
      socket.protocol = protocol
      socket.onopen?.call(asSocket, createEvent('open'))
    },
    receive: (data) => socket.onmessage?.call(asSocket, { data } as MessageEvent),
    end: (code = 1000, reason = '', wasClean = code !== 1006) => end(code, reason, wasClean),
    refuse: fail,
  }
  const asSocket = socket as unknown as WebSocket // the handlers do not look at `this`
  return socket
}

/** React Native has no `Event`. */
const createEvent = (type: string): Event =>
  typeof Event === 'function' ? new Event(type) : ({ type } as Event)
