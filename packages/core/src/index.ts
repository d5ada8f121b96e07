export {
  type RetryDelay,
  type RetryDelayInput,
  type ExponentialOptions,
  type SpreadOptions,
  exponential,
  quickThenSpread,
} from './shared/backoff.ts'
export { CloseCode } from './shared/close-codes.ts'
export { type Codec, type Sendable, type WireData, binary, json, text } from './shared/codec.ts'
export type { Environment } from './platform/environment.ts'
export { browserEnvironment } from './platform/browser.ts'
export {
  type CloseDetail,
  type DropReason,
  type ErrorCode,
  type ErrorFields,
  type HttpErrorFields,
  type ProblemDetails,
  HttpError,
  TautlineError,
  isTautlineError,
} from './shared/errors.ts'
export {
  type BodyOption,
  type EventCodec,
  type EventCodecs,
  type EventsOption,
  type AnyEvent,
  type EventSourceClient,
  type EventSourceObserver,
  type EventSourceOptions,
  type EventSourceSnapshot,
  type HeadersOption,
  type IgnoreHeadersOption,
  type MessageOf,
  type NamedEvent,
  type RequestBody,
  type ResumeOption,
  type ServerSentEvent,
  type StreamFormat,
  type StreamFormatOptions,
  eventsOrJson,
  jsonSequence,
  ndjson,
  createEventSource,
  observeEventSource,
} from './event-source/index.ts'
export {
  type AnyFetchOptions,
  type Bearer,
  type CacheLimits,
  type CacheOptions,
  type FetchCache,
  type FetchCommands,
  type ExecuteOptions,
  type FetchDefaults,
  type FetchObserver,
  type FetchEventMap,
  type FetchOptions,
  type FetchOverrides,
  type Invalidation,
  type FetchSnapshot,
  type FetchStatus,
  type FetchBindingObserver,
  type MutateOptions,
  type RollBack,
  type Progress,
  type ProviderDefaults,
  type ProviderOptions,
  type QueryOption,
  type TrackedField,
  type RequestOptions,
  type ResponseHead,
  type FetchPagesBindingObserver,
  type FetchPagesCommands,
  type FetchPagesObserver,
  type FetchPagesOptions,
  type FetchPagesSnapshot,
  type PageContext,
  type PageLink,
  type PageLinkOption,
  type RefetchPagesOptions,
  type TrackedPagesField,
  bearer,
  createFetch,
  createFetchCache,
  createFetchPages,
  cursor,
  linkHeader,
  observeFetch,
  observeFetchPages,
  pageNumber,
} from './fetch/index.ts'
export { type ForgetUserOptions, forgetUser } from './log-out/index.ts'
export {
  type CollectReducer,
  type ShownData,
  type WithCollect,
  type MessageInfo,
  type Reducer,
  collect,
  concat,
  latest,
} from './shared/reducers.ts'
export {
  type BodyCodec,
  type Cursor,
  type CursorResponse,
  type CursorRequest,
  type Json,
  type LongPollClient,
  type LongPollObserver,
  type LongPollOptions,
  type LongPollSnapshot,
  type MessageOfBody,
  type ReadCursor,
  bodyField,
  count,
  createLongPoll,
  fromHeader,
  header,
  observeLongPoll,
  query,
  validators,
} from './long-poll/index.ts'
export type { Closed, State, Status } from './machine/connection-state.ts'
export type { WaitingFor } from './machine/retry.ts'
export type { PageEvent } from './platform/environment.ts'
export type { OpenInfo } from './shared/hook-events.ts'
export type { Fetch, WebSocketConstructor, XMLHttpRequestConstructor } from './platform/environment.ts'
export type { CommonOptions, RetryOptions } from './observer/options.ts'
export {
  type Heartbeat,
  type PingsOptions,
  type SilenceOptions,
  pings,
  silence,
} from './connection/heartbeat.ts'
export type { Observer, Snapshot } from './connection/types.ts'
export type { ConnectionEventMap, StateTransitionEvent } from './observer/events.ts'
export type { ClosedEvent, GiveUpEvent, RetryEvent } from './shared/hook-events.ts'
export type { AttemptContext, MaybePromise, UrlOption } from './shared/attempt.ts'
export {
  type HandshakeOptions,
  type OutboxLimits,
  type OutgoingOf,
  type ProtocolsOption,
  type SendOptions,
  type SendResult,
  type WebSocketClient,
  type WebSocketObserver,
  type WebSocketOptions,
  type WebSocketSnapshot,
  createWebSocket,
  observeWebSocket,
} from './web-socket/index.ts'
