import { type Environment, browserEnvironment } from '@tautline/core'
import { type WritableStore, createStore } from '../ui/store.ts'
import type { Fetch } from './observed-fetch.ts'

type Xhr = typeof XMLHttpRequest

/** A network that the story switches on and off. It fails as that of a browser does, and sends the same events. */
export interface NetworkSwitch {
  readonly isOnline: WritableStore<boolean>
  /** A `fetch` that fails while the network is off. */
  fetch(send: Fetch): Fetch
  /** The same for XMLHttpRequest. `at` changes the URL of a request. */
  xhr(base: Xhr, at: (url: string) => string): Xhr
  readonly onPageEvent: Environment['onPageEvent']
}

export function createNetworkSwitch(startsOnline = true): NetworkSwitch {
  const isOnline = createStore(startsOnline)
  /** Calls back once the network is off. Returns a function that cancels this. */
  function onceOff(cut: () => void): () => void {
    const stop = isOnline.subscribe(() => {
      if (isOnline.getSnapshot()) return
      stop()
      cut()
    })
    return stop
  }
  return {
    isOnline,
    fetch: (send) => async (input, init) => {
      if (!isOnline.getSnapshot()) throw new TypeError('Failed to fetch')
      const cut = new AbortController()
      const stop = onceOff(() => cut.abort(new TypeError('Failed to fetch')))
      const signal = AbortSignal.any([cut.signal, ...(init.signal ? [init.signal] : [])])
      return send(input, { ...init, signal }).finally(stop)
    },
    xhr: (base, at) =>
      class extends base {
        override open(method: string, url: string | URL): void {
          super.open(method, at(String(url)))
        }
        override send(body?: XMLHttpRequestBodyInit | null): void {
          const fail = (): void => void this.dispatchEvent(new ProgressEvent('error'))
          if (!isOnline.getSnapshot()) return queueMicrotask(fail)
          const stop = onceOff(() => {
            this.abort()
            fail()
          })
          this.addEventListener('loadend', stop)
          super.send(body)
        }
      },
    onPageEvent(listener) {
      // As in a browser, there is no event for a page that starts offline.
      const stop = isOnline.subscribe(() => listener(isOnline.getSnapshot() ? 'online' : 'offline'))
      const stopPage = browserEnvironment().onPageEvent((signal) => {
        if (signal !== 'online' && signal !== 'offline') listener(signal)
      })
      return () => {
        stop()
        stopPage()
      }
    },
  }
}
