import { createApp, h, shallowRef } from 'vue'
import type { UrlOption } from '@tautline/core'
import { useEventSource } from '@tautline/vue'
import { type Shown, createNotes, createPlace } from './driver.ts'
import type { StreamDriver } from './stream-driver.ts'

export const vue: StreamDriver = {
  name: 'Vue',
  mount(first, options) {
    const notes = createNotes()
    const { place, unmount } = createPlace(() => app.unmount())
    const url = shallowRef<UrlOption>(first)
    let close = () => {}
    const app = createApp({
      setup() {
        const { status, data, error, waitingFor, ...commands } = useEventSource(url, options)
        close = () => commands.close()
        // The refs are one snapshot's, and so in step.
        const shown = () =>
          ({
            status: status.value,
            data: data.value,
            error: error.value,
            waitingFor: waitingFor.value,
          }) as Shown
        return () => h('output', notes.note(shown()))
      },
    })
    app.mount(place)
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
      setUrl: (next) => void (url.value = next),
      unmount,
    }
  },
}
