import { createApp, h, shallowRef } from 'vue'
import type { UrlOption } from '@tautline/core'
import { useWebSocket } from '@tautline/vue'
import { type Driver, type Mounted, createNotes, createPlace } from './driver.ts'

export const vue: Driver = {
  name: 'Vue',
  mount(first, options) {
    const notes = createNotes()
    const { place, unmount } = createPlace(() => app.unmount())
    const url = shallowRef<UrlOption>(first)
    let send: Mounted['send'] = () => 'dropped'
    const app = createApp({
      setup() {
        const socket = useWebSocket(url, options)
        ;({ send } = socket)
        const { status, data, error, waitingFor } = socket
        // The refs are one snapshot's, and so in step.
        const shown = () =>
          ({
            status: status.value,
            data: data.value,
            error: error.value,
            waitingFor: waitingFor.value,
          }) as Mounted['shown']
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
      send: (message) => send(message),
      setUrl: (next) => void (url.value = next),
      unmount,
    }
  },
}
