import { render } from '@testing-library/vue'
import { createSSRApp, defineComponent, shallowRef } from 'vue'
import { renderToString } from 'vue/server-renderer'
import type { UrlOption } from '@tautline/core'
import { type WebSocketResult, useWebSocket } from '@tautline/vue'
import {
  type Driver,
  type Field,
  type Options,
  type Shown,
  QUIET_EXCEPTED,
} from '../../../test/binding-contract/driver.ts'

interface Wishes {
  readonly url: UrlOption
  readonly options: Options
}

type Rendered = (shown: Shown) => void
type Result = WebSocketResult<unknown, unknown>

function component(
  wishes: () => Wishes,
  shows: readonly Field[],
  made: (result: Result) => void,
  rendered: Rendered,
) {
  return defineComponent(() => {
    // A function among the URLs is a provider: inside a getter it is not called as one.
    const result = useWebSocket<unknown, unknown, unknown, unknown>(
      () => wishes().url,
      () => wishes().options,
    )
    made(result)
    return () => {
      rendered(Object.fromEntries(shows.map((field) => [field, result[field].value])))
      return result.status.value
    }
  })
}

export const driver: Driver = {
  mount(url, options, { shows = QUIET_EXCEPTED }) {
    const renders: Shown[] = []
    const wishes = shallowRef<Wishes>({ url, options })
    let commands: Result | undefined
    const subject = component(
      () => wishes.value,
      shows,
      (result) => (commands = result),
      (shown) => renders.push(shown),
    )
    const { unmount } = render(subject)
    if (!commands) throw new Error('It was not set up')
    const { send, open, close, reconnect } = commands
    return {
      renders,
      get shown() {
        return renders.at(-1) ?? {}
      },
      rerender: (place, next = {}) => void (wishes.value = { url: place, options: next }),
      unmount,
      send,
      open,
      close,
      reconnect,
    }
  },
  renderOnServer: (url, options) =>
    renderToString(
      createSSRApp(
        component(
          () => ({ url, options }),
          QUIET_EXCEPTED,
          () => {},
          () => {},
        ),
      ),
    ),
}
