/** A WebSocket whose server is the test. It says what a real one says, in the same order. */
export interface FakeWebSocket extends Pick<
  WebSocket,
  'onopen' | 'onmessage' | 'onclose' | 'onerror' | 'binaryType' | 'readyState' | 'send' | 'close'
> {
  readonly url: string
  /** The subprotocols that were offered. */
  readonly protocols: readonly string[]
  /** What the page has sent. */
  readonly sent: readonly unknown[]
  /** How the page has closed it; undefined: it has not. */
  readonly closedWith:
    | { readonly code?: number | undefined; readonly reason?: string | undefined }
    | undefined
  /** What the platform says it has still to send; settable. */
  bufferedAmount: number
  /** The server accepts, with a subprotocol if it likes. */
  accept(protocol?: string): void
  /** The server says something. */
  receive(data: unknown): void
  /** The server closes, or with 1006 and `wasClean` false the network does. */
  end(code?: number, reason?: string, wasClean?: boolean): void
  /** The handshake fails: `error`, then `close` with 1006. */
  refuse(): void
}

/** Makes a `WebSocket` constructor that keeps what it has made in `sockets`. */
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
  // A plain function that returns an object is a constructor too, with the four handlers that Tautline uses.
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
  let closedWith: FakeWebSocket['closedWith']
  const end = (code: number, reason: string, wasClean: boolean) => {
    readyState = 3
    socket.onclose?.call(asSocket, { code, reason, wasClean } as CloseEvent)
  }
  const socket: FakeWebSocket & { protocol: string } = {
    url,
    protocols,
    protocol: '',
    sent,
    binaryType: 'blob',
    bufferedAmount: 0,
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
      if (readyState < 2) readyState = 2
    },
    accept(protocol = '') {
      readyState = 1
      socket.protocol = protocol
      socket.onopen?.call(asSocket, new Event('open'))
    },
    receive: (data) => socket.onmessage?.call(asSocket, { data } as MessageEvent),
    end: (code = 1000, reason = '', wasClean = code !== 1006) => end(code, reason, wasClean),
    refuse() {
      readyState = 3
      socket.onerror?.call(asSocket, new Event('error'))
      end(1006, '', false)
    },
  }
  const asSocket = socket as unknown as WebSocket // the handlers do not look at `this`
  return socket
}
