import type { BodyCodec } from '../../shared/codec.ts'
import type { UrlOption } from '../../shared/attempt.ts'
import type { AnyFetchOptions, FetchOptions } from '../options.ts'
import type { FetchBindingObserver, FetchSnapshot } from '../types.ts'

/** A request of `useFetches`: its URL, and the options of `useFetch` except `reduce`. */
export type FetchRequest<Body = unknown, Selected = Body> = Omit<
  FetchOptions<Body, Body, Selected>,
  'reduce'
> & {
  /** Absolute or relative, http or https; without one nothing is requested; a function runs before every attempt. */
  readonly url: UrlOption
}

/** Any request of `useFetches`, from which one part of its type is inferred. */
type AnyFetchRequest = { readonly [Name in keyof Omit<FetchOptions, 'reduce'>]?: unknown } & {
  readonly url: UrlOption
}

/**
 * The types of one option in a list of requests. TypeScript needs the optional elements to infer the parameter of
 * `select` by its index.
 */
export type TypeList = readonly [
  unknown?,
  unknown?,
  unknown?,
  unknown?,
  unknown?,
  unknown?,
  unknown?,
  unknown?,
  unknown?,
  unknown?,
  ...unknown[],
]

/** The element of a list of types. */
export type TypeAt<List, Index> = Index extends keyof List ? List[Index] : never

/** The requests of `useFetches`: their types are inferred from `codec`, `select` and `initialData` of each. */
export type FetchRequests<Bodies, Selected, Initial> = {
  readonly [Index in keyof Bodies]: AnyFetchRequest & {
    readonly codec?: BodyCodec<Bodies[Index]> | undefined
  }
} & {
  readonly [Index in keyof Initial]: AnyFetchRequest & { readonly initialData?: Initial[Index] }
} & {
  readonly [Index in keyof Selected]: FetchRequest<TypeAt<Bodies, Index>, Selected[Index]>
}

/** The data that `useFetches` shows for a request: undefined before a response if there is no `initialData`. */
export type ListedData<Body, Selected, Initial> =
  | (unknown extends Selected ? Body : Selected)
  | (undefined extends Initial ? undefined : never)

/** A request of a list, with the defaults of the providers. */
export interface ListedRequest {
  readonly url: UrlOption
  readonly options: AnyFetchOptions
}

/** A request of a list, and the observer that it has or will have. */
export interface PlannedRequest extends ListedRequest {
  readonly observer: FetchBindingObserver<unknown, unknown>
}

/** The snapshots of a list by observer. The same object until one of them changes. */
export type FetchListSnapshot = ReadonlyMap<FetchBindingObserver<unknown, unknown>, FetchSnapshot<unknown>>

/** The interface between several requests of one hook and a framework binding. */
export interface FetchListObserver {
  /** Adds a listener. The first one sends the requests; without listeners they are aborted. */
  subscribe: (listener: () => void) => () => void
  getSnapshot: () => FetchListSnapshot
  getServerSnapshot: () => FetchListSnapshot
  /**
   * Chooses the observer of each request for a render. It changes nothing, so that a framework may drop the render.
   *
   * @throws TautlineError `bad-option`
   */
  plan(requests: readonly ListedRequest[]): readonly PlannedRequest[]
  /** Applies what `plan` has returned: sets the options, sends new requests, and stops those that are gone. */
  apply(plan: readonly PlannedRequest[]): void
  /** Called at changes while there are no subscribers. */
  onUnownedChange: (() => void) | undefined
}
