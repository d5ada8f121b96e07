import { type ReactNode, StrictMode } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import type { UrlOption } from '@tautline/core'
import { useWebSocket } from '@tautline/react'
import { type Driver, type Mounted, type Options, createNotes, createPlace } from './driver.ts'

interface Props {
  readonly url: UrlOption
  readonly options: Options
  readonly onRender: (
    result: ReturnType<typeof useWebSocket<string, string, Mounted['shown']['data']>>,
  ) => string
}

function Probe({ url, options, onRender }: Props): ReactNode {
  return <output>{onRender(useWebSocket(url, options))}</output>
}

function mount(url: UrlOption, options: Options, wrap: (probe: ReactNode) => ReactNode): Mounted {
  const notes = createNotes()
  const { place, unmount } = createPlace(() => root.unmount())
  const root = createRoot(place)
  let send: Mounted['send'] = () => 'dropped'
  const onRender: Props['onRender'] = (result) => {
    send = result.send
    return notes.note(result)
  }
  const setUrl = (url: UrlOption) =>
    flushSync(() => root.render(wrap(<Probe url={url} options={options} onRender={onRender} />)))
  setUrl(url)
  return {
    get shown() {
      return notes.shown
    },
    get text() {
      return place.textContent
    },
    get renders() {
      return notes.renders
    },
    statuses: notes.statuses,
    send: (message) => send(message),
    setUrl,
    unmount,
  }
}

export const react: Driver = { name: 'React', mount: (url, options) => mount(url, options, (probe) => probe) }

export const strictReact: Driver = {
  name: 'React in StrictMode',
  mount: (url, options) => mount(url, options, (probe) => <StrictMode>{probe}</StrictMode>),
}
