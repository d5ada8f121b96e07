export {
  type Delay,
  type ExponentialOptions,
  type SpreadOptions,
  exponential,
  quickThenSpread,
} from './backoff.ts'
export { CloseCode } from './close-codes.ts'
export { type Codec, type Sendable, type WireData, binary, json, text } from './codec.ts'
export type { Environment } from './environment.ts'
export { browserEnvironment } from './environment/browser.ts'
export {
  type AnyTautlineError,
  type CloseDetail,
  type DropReason,
  type ErrorCode,
  type ErrorDetails,
  type HttpDetail,
  type HttpError,
  type ProblemDetails,
  TautlineError,
  isTautlineError,
} from './errors.ts'
export {
  type BodyOption,
  type EventCodec,
  type EventCodecs,
  type EventSourceClient,
  type EventSourceObserver,
  type EventSourceOptions,
  type HeadersOption,
  type IgnoreHeadersOption,
  type MessageOf,
  type NamedEvent,
  type RequestBody,
  type ResumeOption,
  type ServerSentEvent,
  createEventSource,
  observeEventSource,
} from './event-source.ts'
export {
  type AnyFetchOptions,
  type Bearer,
  type CacheLimits,
  type FetchCache,
  type FetchCommands,
  type FetchDefaults,
  type FetchObserver,
  type FetchOccurrences,
  type FetchOptions,
  type FetchOverrides,
  type FetchSnapshot,
  type FetchStatus,
  type HostedFetch,
  type MutateOptions,
  type Progress,
  type QueryOption,
  type QuietField,
  type RequestOptions,
  type ResponseHead,
  bearer,
  createFetch,
  createFetchCache,
  observeFetch,
} from './fetch.ts'
export { type ForgetUserOptions, forgetUser } from './forget-user.ts'
export {
  type Collect,
  type Collecting,
  type MessageInfo,
  type Reduce,
  collect,
  concat,
  latest,
} from './fold.ts'
export {
  type BodyCodec,
  type Cursor,
  type CursorAnswer,
  type CursorRequest,
  type JsonBody,
  type LongPollClient,
  type LongPollObserver,
  type LongPollOptions,
  type MessageIn,
  type ReadCursor,
  bodyField,
  count,
  createLongPoll,
  fromHeader,
  header,
  observeLongPoll,
  query,
  validators,
} from './long-poll.ts'
export type { Closed, Signal, State, Status, WaitingFor } from './lifecycle-types.ts'
export type { OutboxLimits } from './outbox.ts'
export type { Fetch, OpenInfo, WebSocketConstructor, XMLHttpRequestConstructor } from './transport.ts'
export type {
  AttemptContext,
  ClosedEvent,
  CommonOptions,
  GiveUpEvent,
  MaybePromise,
  Observer,
  Occurrences,
  RetryEvent,
  RetryOptions,
  Snapshot,
  TransitionEvent,
  UrlOption,
} from './types.ts'
export {
  type HeartbeatOptions,
  type ProtocolsOption,
  type SendResult,
  type WebSocketClient,
  type WebSocketObserver,
  type WebSocketOptions,
  createWebSocket,
  observeWebSocket,
} from './web-socket.ts'
