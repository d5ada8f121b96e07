import type { FakeRequest, FakeWebSocket } from '@tautline/core/testing'

/** One connection, as the server sees it: a socket, a stream, or a sequence of requests. */
export interface ServerConnection {
  /** Path and query. */
  readonly path: string
  /** Identifies the user: `user-`, a name, and a suffix. */
  readonly token: string | undefined
  /** 'left' if the page closed it normally, 'lost' if it ended otherwise, undefined while it is open. */
  readonly outcome: 'left' | 'lost' | undefined
  /** Sends messages in order and at once. */
  send(...messages: string[]): void
  /** Closes the connection such that the page may reconnect. */
  cut(): void
}

/** A mocked server for any kind of connection. */
export interface Server {
  readonly kind: Kind
  /** The base of relative URLs. */
  readonly origin: string
  /** All connections of this test, oldest first, also rejected ones. */
  readonly connections: readonly ServerConnection[]
  /** The newest one. Throws if there is none. */
  readonly connection: ServerConnection
  /** Connections that neither side has closed. */
  readonly unfinished: readonly unknown[]
  /** Accepts new connections, which is the default. */
  accept(): void
  /** Rejects new connections with a temporary failure. */
  refuse(): void
  /** Accepts new connections and cuts them at once. */
  drop(): void
  /** Resets the server. */
  reset(): void
}

/** One HTTP request, as the server sees it. */
export interface HttpCall {
  readonly path: string
  readonly method: string
  readonly headers: Headers
  /** The whole body of the request. */
  readonly body: string
}

/** A server whose connections are HTTP requests. */
export interface HttpServer extends Server {
  /** All requests of this test, oldest first. */
  readonly calls: readonly HttpCall[]
  /** Returns a response that replaces the default one. */
  onCall(call: HttpCall): Response | undefined | Promise<Response | undefined> | void
}

/** One attempt on a silent network. */
export interface Attempt {
  /** Whether the page has aborted it. */
  readonly isAborted: boolean
  accept(): void
  fail(): void
}

/** A network that responds only on command, with its attempts, oldest first. */
export interface SilentNetwork {
  readonly sockets: readonly FakeWebSocket[]
  readonly requests: readonly FakeRequest[]
}

/** The differences of one kind of connection in the common scenarios. */
export interface Kind {
  /** The platform API that it uses. */
  readonly carrier: 'WebSocket' | 'fetch'
  /** Part of the error of a rejected attempt. */
  readonly refused: object
  /** Default options for the mocked server. */
  readonly plain?: object
  /** Options with which a connection without a response times out. */
  readonly timingOut?: object
  /** Whether the next connection repeats messages that were not delivered. */
  readonly repeats?: boolean
  /** The highest number of renders for ten thousand messages at once. */
  readonly rendersOfFlood: number
  /** Options with a token that identifies the user. */
  as(token: string): object
  /** The same with a new function at each call. */
  by(give: () => string): object
  /** All options of the hook except the environment, with new objects and functions at each call. */
  everything(token: string): readonly object[]
  /** URLs that are invalid for this kind. */
  readonly badUrls: readonly string[]
  /** Options that the types forbid, with the name in the error. */
  readonly badOptions: readonly (readonly [option: string, options: Readonly<Record<string, unknown>>])[]
  attemptsOf(network: SilentNetwork): readonly Attempt[]
}
