import { type ReactNode, StrictMode } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import type { UrlOption } from '@tautline/core'
import { type EventSourceResult, useEventSource } from '@tautline/react'
import { type Heard, createNotes, createPlace } from './driver.ts'
import type { MountedStream, StreamDriver, StreamOptions } from './stream-driver.ts'

interface Props {
  readonly url: UrlOption
  readonly options: StreamOptions
  readonly onRender: (result: EventSourceResult<Heard>) => string
}

function Probe({ url, options, onRender }: Props): ReactNode {
  return <output>{onRender(useEventSource(url, options))}</output>
}

function mount(url: UrlOption, options: StreamOptions, wrap: (probe: ReactNode) => ReactNode): MountedStream {
  const notes = createNotes()
  const { place, unmount } = createPlace(() => root.unmount())
  const root = createRoot(place)
  let close = () => {}
  const onRender: Props['onRender'] = (result) => {
    close = () => result.close()
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
    close: () => close(),
    setUrl,
    unmount,
  }
}

export const react: StreamDriver = {
  name: 'React',
  mount: (url, options) => mount(url, options, (probe) => probe),
}

export const strictReact: StreamDriver = {
  name: 'React in StrictMode',
  mount: (url, options) => mount(url, options, (probe) => <StrictMode>{probe}</StrictMode>),
}
