import type { FakeRequest, FakeWebSocket } from '@tautline/core/testing'

/** One connection, as the server sees it: a socket, a stream, or requests that follow one another. */
export interface ServerConnection {
  /** Path and query. */
  readonly path: string
  /** By which its user is known: `user-`, a name, and what else is in it. */
  readonly token: string | undefined
  /** How it has ended: the page has let it go as one should, or anything else; undefined: it has not. */
  readonly over: 'left' | 'lost' | undefined
  /** One message for each, in order and at once. */
  send(...messages: string[]): void
  /** The server ends it, as when it restarts: the page may come back. */
  cut(): void
}

/** What a page and the common scenarios need to know of a server, whatever its connections are. */
export interface Server {
  readonly kind: Kind
  /** What relative URLs are relative to. */
  readonly origin: string
  /** Every line that was requested since the test began, oldest first; those that were refused too. */
  readonly connections: readonly ServerConnection[]
  /** The newest one. Throws when nobody has called. */
  readonly connection: ServerConnection
  /** What the page has opened, and neither side has closed. */
  readonly unfinished: readonly unknown[]
  /** Lets everybody in who calls from now on, as at first. */
  accept(): void
  /** Gives no connection to anybody who calls from now on, for a reason that may pass. */
  refuse(): void
  /** Lets in whoever calls from now on, and cuts the connection at once. */
  drop(): void
  /** Forgets everything. */
  reset(): void
}

/** One request, as any server over HTTP sees it. */
export interface HttpCall {
  readonly path: string
  readonly method: string
  readonly headers: Headers
  /** All of the request's body. */
  readonly body: string
}

/** A server whose connections are made of HTTP requests. */
export interface HttpServer extends Server {
  /** Every request since the test began, oldest first. */
  readonly calls: readonly HttpCall[]
  /** Answers instead of what the server has to say. */
  onCall(call: HttpCall): Response | undefined | Promise<Response | undefined> | void
}

/** One dial before a network that answers explicitly. */
export interface Attempt {
  /** The page has given it up. */
  readonly isOver: boolean
  accept(): void
  fail(): void
}

/** A network that answers explicitly: what the page has asked of it, oldest first. */
export interface SilentNetwork {
  readonly sockets: readonly FakeWebSocket[]
  readonly requests: readonly FakeRequest[]
}

/** In what one kind of connection differs from the others, where all of them promise the same. */
export interface Kind {
  /** What of the platform carries it. */
  readonly carrier: 'WebSocket' | 'fetch'
  /** The error of an attempt that the server has refused, as far as it matters. */
  readonly refused: object
  /** Options that such a connection has to have before the mocked server, unless a scenario says otherwise. */
  readonly plain?: object
  /** Options with which it is a failure that nothing comes: there are lines for which silence is good news. */
  readonly impatient?: object
  /** What was not handled to its end comes again over the next line. */
  readonly repeats?: boolean
  /** How many renders ten thousand messages at once may cost. */
  readonly rendersOfFlood: number
  /** Options that say a token, by which the server knows its user. */
  as(token: string): object
  /** The same by a function, which is a new one with each call. */
  by(give: () => string): object
  /** Every option of the hook but the environment, each object and function in it a new one with each call. */
  everything(token: string): readonly object[]
  /** URLs to which no such line leads. */
  readonly badUrls: readonly string[]
  /** Options that the types forbid, each with the name by which it is told. */
  readonly badOptions: readonly (readonly [option: string, options: Readonly<Record<string, unknown>>])[]
  attemptsOf(network: SilentNetwork): readonly Attempt[]
}
