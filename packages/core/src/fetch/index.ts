import { abort, execute, mutate, preview } from './observer/commands.ts'
import { EntryObserver } from './observer/entry-observer.ts'
import type { AnyFetchOptions, FetchOptions, FetchOverrides } from './options.ts'
import type { FetchObserver, FetchSnapshot, MutateOptions } from './types.ts'
import type { WithCollect, Reducer } from '../shared/reducers.ts'
import type { UrlOption } from '../shared/attempt.ts'

export type { BodyCodec } from '../shared/codec.ts'
export { createFetchCache } from './cache/cache-context.ts'
export { type FetchCache } from './options.ts'
export type {
  AnyFetchOptions,
  FetchDefaults,
  FetchOptions,
  FetchOverrides,
  QueryOption,
  RequestOptions,
} from './options.ts'
export { type Bearer, bearer } from './request/credentials.ts'
export type {
  FetchCommands,
  FetchObserver,
  FetchEventMap,
  FetchSnapshot,
  FetchStatus,
  MutateOptions,
  TrackedField,
  ResponseHead,
} from './types.ts'
export type { CacheLimits } from './cache/lru-store.ts'
export type { Progress } from './request/send-request.ts'
export type { CollectReducer, WithCollect } from '../shared/reducers.ts'
export type { BodyOption, HeadersOption, RequestBody } from '../http/types.ts'
export type { UrlOption } from '../shared/attempt.ts'

/** What the bindings need beside it. */
export interface FetchBindingObserver<Body, Data> extends FetchObserver<Body, Data> {
  /** Cheap, and meant for every render. A new destination is asked; handlers are always the latest. */
  setOptions(url: UrlOption, options?: FetchOptions<Body, Data, unknown>): void
  /** What a render shows whose arguments are for another destination than the last commit; undefined: they are not. */
  preview(
    url: UrlOption,
    options?: FetchOptions<Body, Data, unknown>,
  ): FetchSnapshot<Data | undefined> | undefined
  /** Is told of changes while nobody has subscribed: of what `execute` brings before a component is mounted, or on a server. */
  onUnownedChange: (() => void) | undefined
}

/** Without a component there is nothing to select for. */
type Headless<Options> = Omit<Options, 'select' | 'throwOnError'>

/** The commands are made when they are first taken: few hooks use them, and a page may hold thousands. */
class FetchHandle extends EntryObserver {
  #execute: ((overrides?: FetchOverrides) => Promise<unknown>) | undefined
  #refetch: (() => Promise<unknown>) | undefined
  #abort: (() => void) | undefined
  #mutate: ((update: unknown, options?: MutateOptions) => () => void) | undefined

  preview(url: UrlOption, options: AnyFetchOptions = {}) {
    return preview(this, url, options)
  }

  get execute() {
    return (this.#execute ??= (overrides) => execute(this, overrides))
  }

  get refetch() {
    return (this.#refetch ??= () => execute(this))
  }

  get abort() {
    return (this.#abort ??= () => abort(this))
  }

  get mutate() {
    return (this.#mutate ??= (update, options) => mutate(this, update, options))
  }
}

/**
 * What the bindings are made of: asks by `subscribe` alone, and shows `pending` from the first snapshot on.
 * Without a framework use `createFetch`.
 */
export function observeFetch<Body = unknown, Data = Body>(
  url: UrlOption,
  options: FetchOptions<Body, Data, unknown> = {},
): FetchBindingObserver<Body, Data> {
  return observe(url, options, true)
}

/**
 * One request and its answer, kept and shared as HTTP has it: any method and body, retries where that is safe, validators when what is kept is
 * stale. It asks with `execute()`, `refetch()` or the first `subscribe`; runs in a page, a worker and Node.
 *
 * @param url absolute or relative, http or https; a function runs before every attempt
 * @throws TautlineError `bad-option`
 *
 * @example
 * const user = createFetch('/api/users/1', { codec: json(User) })
 * console.log(await user.execute())
 */
export function createFetch<Body = unknown>(
  url: UrlOption,
  options: WithCollect<Headless<FetchOptions<Body, readonly Body[]>>>,
): FetchObserver<Body, readonly Body[], readonly Body[]>
export function createFetch<Body = unknown>(
  url: UrlOption,
  options: Headless<FetchOptions<Body, Body>> & { readonly initialData: Body; readonly reduce?: undefined },
): FetchObserver<Body, Body, Body>
export function createFetch<Body = unknown, Data = Body>(
  url: UrlOption,
  options: Headless<FetchOptions<Body, Data>> & {
    readonly initialData: Data
    readonly reduce: Reducer<Body, Data>
  },
): FetchObserver<Body, Data, Data>
export function createFetch<Body = unknown, Data = Body>(
  url: UrlOption,
  options?: Omit<Headless<FetchOptions<Body, Data>>, 'initialData'> & {
    readonly initialData?: NoInfer<Data> | undefined
  },
): FetchObserver<Body, Data>
export function createFetch<Body, Data>(url: UrlOption, options: object = {}): FetchObserver<Body, Data> {
  return observe(url, options, false)
}

function observe<Body, Data>(
  url: UrlOption,
  options: object,
  isFrameworkOwned: boolean,
): FetchBindingObserver<Body, Data> {
  // What an answer is, the view does not know; whoever makes it does.
  return new FetchHandle(url, options, isFrameworkOwned) as unknown as FetchBindingObserver<Body, Data>
}
