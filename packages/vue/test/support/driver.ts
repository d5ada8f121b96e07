import { render } from '@testing-library/vue'
import { type Component, type Ref, createSSRApp, defineComponent, shallowRef } from 'vue'
import { renderToString } from 'vue/server-renderer'
import type { UrlOption } from '@tautline/core'
import type { AnyFetchOptions } from '@tautline/core/fetch'
import {
  type ConnectionResult,
  type EventSourceResult,
  type FetchResult,
  type LongPollResult,
  type WebSocketResult,
  tautline,
  useConnection,
  useEventSource,
  useFetch,
  useLongPoll,
  useWebSocket,
} from '@tautline/vue'
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

interface Props<Options> {
  readonly url: UrlOption
  readonly options: Options
}

interface Callbacks<Result> {
  made(result: Result): void
  rendered(shown: Shown): void
}

/** The result of any hook. */
type AnyResult = Pick<EventSourceResult<unknown>, 'status' | 'open' | 'close' | 'reconnect'> & {
  readonly [Name in Field]?: Readonly<Ref<unknown>>
}

/** Hydrates the HTML of a server. A mismatch is a warning in the console, which fails the test. */
function hydrate<Fields>(html: string, component: Component, renders: readonly Fields[]): Hydrated<Fields> {
  const container = document.createElement('div')
  container.innerHTML = html
  const node = container.firstChild
  const app = createSSRApp(component)
  app.mount(container)
  return {
    renders,
    get text() {
      return container.textContent ?? ''
    },
    get isReused() {
      return container.firstChild === node
    },
    unmount: () => app.unmount(),
  }
}

/** Creates a driver for one hook; `own` returns the commands of this hook alone. */
function driverOf<Options, Result extends AnyResult, Own extends object>(
  useHook: (url: () => UrlOption, options: () => Options) => Result,
  own: (result: Result) => Own,
): Driver<Options, Own> {
  const component = (props: () => Props<Options>, shows: readonly Field[], callbacks: Callbacks<Result>) =>
    defineComponent(() => {
      // A URL function has to stay a function, so a getter returns it.
      const result = useHook(
        () => props().url,
        () => props().options,
      )
      callbacks.made(result)
      return () => {
        callbacks.rendered(Object.fromEntries(shows.map((field) => [field, result[field]?.value])))
        return result.status.value
      }
    })
  return {
    mount(url, options, { shows = DEFAULT_FIELDS }) {
      const renders: Shown[] = []
      const props = shallowRef<Props<Options>>({ url, options })
      let made: Result | undefined
      const subject = component(() => props.value, shows, {
        made: (result) => void (made = result),
        rendered: (shown) => void renders.push(shown),
      })
      const { unmount } = render(subject)
      if (!made) throw new Error('It was not set up')
      const { open, close, reconnect } = made
      const mounted = {
        renders,
        get shown() {
          return renders.at(-1) ?? {}
        },
        rerender: (nextUrl: UrlOption, next?: Options) =>
          void (props.value = { url: nextUrl, options: next ?? options }),
        unmount,
        open,
        close,
        reconnect,
      }
      return Object.assign(mounted, own(made))
    },
    renderOnServer(url, options) {
      const noCallbacks = { made() {}, rendered() {} }
      return renderToString(createSSRApp(component(() => ({ url, options }), DEFAULT_FIELDS, noCallbacks)))
    },
    hydrate(html, url, options) {
      const renders: Shown[] = []
      const callbacks = { made() {}, rendered: (shown: Shown) => void renders.push(shown) }
      return hydrate(
        html,
        component(() => ({ url, options }), DEFAULT_FIELDS, callbacks),
        renders,
      )
    },
  }
}

export const socketDriver: SocketDriver = driverOf(
  useWebSocket<unknown, unknown, unknown, unknown>,
  ({ send }: WebSocketResult<unknown, unknown>) => ({ send }),
)

const useListed = (
  url: () => UrlOption,
  options: () => ConnectionOptions,
): ConnectionResult<unknown, unknown> =>
  useConnection<unknown, unknown, unknown, unknown>(
    () => argumentsOf(url(), options())[0],
    () => argumentsOf(url(), options())[1],
  )

export const connectionDriver: ConnectionDriver = driverOf(useListed, ({ send }) => ({ send }))

/** The options select an overload, but all of them return this type. */
const useAnyEventSource = useEventSource as (
  url: () => UrlOption,
  options: () => StreamOptions,
) => EventSourceResult<unknown>

export const streamDriver: StreamDriver = driverOf(useAnyEventSource, () => ({}))

const useAnyLongPoll = useLongPoll as (
  url: () => UrlOption,
  options: () => PollOptions,
) => LongPollResult<unknown>

export const pollDriver: PollDriver = driverOf(useAnyLongPoll, () => ({}))

interface FetchProps {
  readonly url: UrlOption
  readonly options: AnyFetchOptions
}

interface FetchCallbacks {
  made(result: FetchResult<unknown, unknown, unknown>): void
  rendered(shown: FetchShown): void
}

const fetchSubject = (props: () => FetchProps, shows: readonly FetchField[], callbacks: FetchCallbacks) =>
  defineComponent(() => {
    // A URL function has to stay a function, so a getter returns it.
    const result = useFetch<unknown, unknown, unknown>(
      () => props().url,
      () => props().options,
    )
    callbacks.made(result)
    return () => {
      callbacks.rendered(Object.fromEntries(shows.map((field) => [field, result[field].value])))
      return `${result.status.value} ${JSON.stringify(result.data.value)}`
    }
  })

export const fetchDriver: FetchDriver = {
  mount(url, options, { shows = DEFAULT_FETCH_FIELDS, defaults }) {
    const renders: FetchShown[] = []
    const props = shallowRef<FetchProps>({ url, options })
    let made: FetchResult<unknown, unknown, unknown> | undefined
    const subject = fetchSubject(() => props.value, shows, {
      made: (result) => void (made = result),
      rendered: (shown) => void renders.push(shown),
    })
    const plugins = defaults ? [[tautline, defaults] as const] : []
    const { unmount } = render(subject, { global: { plugins: plugins as never } })
    if (!made) throw new Error('It was not set up')
    const result = made
    const { execute, refetch, abort, reset, mutate } = result
    return {
      renders,
      get shown() {
        return renders.at(-1) ?? {}
      },
      read: (field) => result[field].value,
      commands: result,
      rerender: (nextUrl, next) => void (props.value = { url: nextUrl, options: next ?? options }),
      unmount,
      execute,
      refetch,
      abort,
      reset,
      mutate,
    }
  },
  renderOnServer(url, options) {
    const noCallbacks = { made() {}, rendered() {} }
    return renderToString(
      createSSRApp(fetchSubject(() => ({ url, options }), DEFAULT_FETCH_FIELDS, noCallbacks)),
    )
  },
  hydrate(html, url, options) {
    const renders: FetchShown[] = []
    const callbacks = { made() {}, rendered: (shown: FetchShown) => void renders.push(shown) }
    return hydrate(
      html,
      fetchSubject(() => ({ url, options }), HYDRATED_FETCH_FIELDS, callbacks),
      renders,
    )
  },
}
