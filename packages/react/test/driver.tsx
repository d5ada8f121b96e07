import { render } from '@testing-library/react'
import { renderToString } from 'react-dom/server'
import type { UrlOption } from '@tautline/core'
import { type WebSocketResult, useWebSocket } from '@tautline/react'
import {
  type Driver,
  type Field,
  type Options,
  type Shown,
  QUIET_EXCEPTED,
} from '../../../test/binding-contract/driver.ts'

interface Props {
  readonly url: UrlOption
  readonly options: Options
  readonly shows: readonly Field[]
  readonly rendered: (shown: Shown, result: WebSocketResult<unknown, unknown>) => void
}

function Subject({ url, options, shows, rendered }: Props) {
  const result = useWebSocket<unknown, unknown, unknown, unknown>(url, options)
  rendered(Object.fromEntries(shows.map((field) => [field, result[field]])), result)
  return result.status
}

export const driver: Driver = {
  mount(url, options, { shows = QUIET_EXCEPTED }) {
    const renders: Shown[] = []
    let commands: WebSocketResult<unknown, unknown> | undefined
    const element = (place: UrlOption, wishes: Options) => (
      <Subject
        url={place}
        options={wishes}
        shows={shows}
        rendered={(shown, result) => {
          renders.push(shown)
          commands ??= result
        }}
      />
    )
    const { rerender, unmount } = render(element(url, options))
    if (!commands) throw new Error('It has not rendered')
    const { send, open, close, reconnect } = commands
    return {
      renders,
      get shown() {
        return renders.at(-1) ?? {}
      },
      rerender: (place, wishes = {}) => rerender(element(place, wishes)),
      unmount,
      send,
      open,
      close,
      reconnect,
    }
  },
  renderOnServer: async (url, options) =>
    renderToString(<Subject url={url} options={options} shows={QUIET_EXCEPTED} rendered={() => {}} />),
}
