import { act, render } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import type { UrlOption } from '@tautline/core'
import type { AnyFetchOptions } from '@tautline/core/fetch'
import {
  type ConnectionResult,
  type EventSourceResult,
  type FetchResult,
  type LongPollResult,
  type WebSocketResult,
  TautlineProvider,
  useConnection,
  useEventSource,
  useFetch,
  useLongPoll,
  useWebSocket,
} from '@tautline/react'
import { argumentsOf } from '../../../../test/binding-contract/connection/arguments.ts'
import {
  type ConnectionDriver,
  type ConnectionOptions,
  type Driver,
  type FetchDriver,
  type FetchField,
  type FetchShown,
  type Field,
  type Hydrated,
  type PollDriver,
  type PollOptions,
  type Shown,
  type SocketDriver,
  type StreamDriver,
  type StreamOptions,
  DEFAULT_FETCH_FIELDS,
  DEFAULT_FIELDS,
  HYDRATED_FETCH_FIELDS,
} from '../../../../test/binding-contract/support/driver.ts'

interface Props<Options, Result> {
  readonly url: UrlOption
  readonly options: Options
  readonly shows: readonly Field[]
  readonly rendered: (shown: Shown, result: Result) => void
}

/** The result of any hook. */
type AnyResult = Pick<EventSourceResult<unknown>, 'status' | 'open' | 'close' | 'reconnect'> & {
  readonly [Name in Field]?: unknown
}

/** Hydrates the HTML of a server. `renders` is the list that the component adds to. */
function hydrate<Fields>(html: string, app: ReactNode, renders: readonly Fields[]): Hydrated<Fields> {
  const container = document.createElement('div')
  container.innerHTML = html
  const node = container.firstChild
  const mismatches: unknown[] = []
  const root = hydrateRoot(container, <StrictMode>{app}</StrictMode>, {
    onRecoverableError: (error) => mismatches.push(error),
  })
  return {
    renders,
    get text() {
      return container.textContent ?? ''
    },
    get isReused() {
      return mismatches.length === 0 && container.firstChild === node
    },
    unmount: () => act(() => root.unmount()),
  }
}

/** Creates a driver for one hook; `own` returns the commands of this hook alone. */
function driverOf<Options, Result extends AnyResult, Own extends object>(
  useHook: (url: UrlOption, options: Options) => Result,
  own: (result: Result) => Own,
): Driver<Options, Own> {
  function Subject({ url, options, shows, rendered }: Props<Options, Result>) {
    const result = useHook(url, options)
    rendered(Object.fromEntries(shows.map((field) => [field, result[field]])), result)
    return result.status
  }
  return {
    mount(url, options, { shows = DEFAULT_FIELDS }) {
      const renders: Shown[] = []
      let first: Result | undefined
      const rendered = (shown: Shown, result: Result) => {
        renders.push(shown)
        first ??= result
      }
      const element = (nextUrl: UrlOption, nextOptions: Options) => (
        <Subject url={nextUrl} options={nextOptions} shows={shows} rendered={rendered} />
      )
      const { rerender, unmount } = render(element(url, options))
      if (!first) throw new Error('It has not rendered')
      const { open, close, reconnect } = first
      const mounted = {
        renders,
        get shown() {
          return renders.at(-1) ?? {}
        },
        rerender: (nextUrl: UrlOption, nextOptions?: Options) =>
          rerender(element(nextUrl, nextOptions ?? options)),
        unmount,
        open,
        close,
        reconnect,
      }
      return Object.assign(mounted, own(first))
    },
    renderOnServer: async (url, options) =>
      renderToString(<Subject url={url} options={options} shows={DEFAULT_FIELDS} rendered={() => {}} />),
    hydrate(html, url, options) {
      const renders: Shown[] = []
      const rendered = (shown: Shown) => void renders.push(shown)
      const app = <Subject url={url} options={options} shows={DEFAULT_FIELDS} rendered={rendered} />
      return hydrate(html, app, renders)
    },
  }
}

export const socketDriver: SocketDriver = driverOf(
  useWebSocket<unknown, unknown, unknown, unknown>,
  ({ send }: WebSocketResult<unknown, unknown>) => ({ send }),
)

function useListed(url: UrlOption, options: ConnectionOptions): ConnectionResult<unknown, unknown> {
  return useConnection<unknown, unknown, unknown, unknown>(...argumentsOf(url, options))
}

export const connectionDriver: ConnectionDriver = driverOf(useListed, ({ send }) => ({ send }))

/** The options select an overload, but all of them return this type. */
const useAnyEventSource = useEventSource as (
  url: UrlOption,
  options: StreamOptions,
) => EventSourceResult<unknown>

export const streamDriver: StreamDriver = driverOf(useAnyEventSource, () => ({}))

const useAnyLongPoll = useLongPoll as (url: UrlOption, options: PollOptions) => LongPollResult<unknown>

export const pollDriver: PollDriver = driverOf(useAnyLongPoll, () => ({}))

interface FetchProps {
  readonly url: UrlOption
  readonly options: AnyFetchOptions
  readonly shows: readonly FetchField[]
  readonly rendered: (shown: FetchShown, result: FetchResult<unknown, unknown>) => void
}

function FetchSubject({ url, options, shows, rendered }: FetchProps) {
  const result = useFetch<unknown, unknown, unknown>(url, options)
  rendered(Object.fromEntries(shows.map((field) => [field, result[field]])), result)
  return `${result.status} ${JSON.stringify(result.data)}`
}

export const fetchDriver: FetchDriver = {
  mount(url, options, { shows = DEFAULT_FETCH_FIELDS, defaults }) {
    const renders: FetchShown[] = []
    const results: FetchResult<unknown, unknown>[] = []
    const rendered = (shown: FetchShown, result: FetchResult<unknown, unknown>) => {
      renders.push(shown)
      results.push(result)
    }
    const element = (nextUrl: UrlOption, nextOptions: AnyFetchOptions) => {
      const subject = <FetchSubject url={nextUrl} options={nextOptions} shows={shows} rendered={rendered} />
      return defaults ? <TautlineProvider options={defaults}>{subject}</TautlineProvider> : subject
    }
    const { rerender, unmount } = render(element(url, options))
    const newest = () => {
      const result = results.at(-1)
      if (!result) throw new Error('It has not rendered')
      return result
    }
    const { execute, refetch, abort, reset, mutate } = newest()
    return {
      renders,
      get shown() {
        return renders.at(-1) ?? {}
      },
      read: (field) => newest()[field],
      get commands() {
        return newest()
      },
      rerender: (nextUrl, nextOptions) => rerender(element(nextUrl, nextOptions ?? options)),
      unmount,
      execute,
      refetch,
      abort,
      reset,
      mutate,
    }
  },
  renderOnServer: async (url, options) =>
    renderToString(
      <FetchSubject url={url} options={options} shows={DEFAULT_FETCH_FIELDS} rendered={() => {}} />,
    ),
  hydrate(html, url, options) {
    const renders: FetchShown[] = []
    const rendered = (shown: FetchShown) => void renders.push(shown)
    const shows = HYDRATED_FETCH_FIELDS
    const app = <FetchSubject url={url} options={options} shows={shows} rendered={rendered} />
    return hydrate(html, app, renders)
  },
}
