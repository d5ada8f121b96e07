import { platformEnvironment } from '../platform/browser.ts'
import type { Environment } from '../platform/environment.ts'

export { streamFetch } from './transport.ts'

/** After a longer time in the background, in ms, a server or router may have forgotten a connection. */
const LONG_SLEEP_MS = 60_000

/** The part of React Native's `AppState` that is used. */
export interface AppStateLike {
  readonly currentState?: string | null | undefined
  addEventListener(type: 'change', listener: (state: string) => void): { remove(): void }
}

/**
 * Creates `environment.onPageEvent` from React Native's `AppState`: an app in the background is `hidden`. Then
 * connections reconnect sooner when the app returns, and the option `pause.hidden` works. A return after over a minute is
 * also `slept`.
 *
 * @example
 * const environment = { streamFetch, onPageEvent: appStateEvents(AppState) }
 */
export function appStateEvents(appState: AppStateLike): Environment['onPageEvent'] {
  return (listener) => {
    const { now } = platformEnvironment()
    let hiddenAt = Number.POSITIVE_INFINITY
    // `inactive` is a short state between the two, such as during a phone call.
    const report = (state: string) => {
      if (state === 'active') {
        listener('visible')
        // In the background the system stops the app, and may close its sockets without an event.
        if (now() - hiddenAt > LONG_SLEEP_MS) listener('slept')
        hiddenAt = Number.POSITIVE_INFINITY
      } else if (state === 'background') {
        listener('hidden')
        hiddenAt = now()
      }
    }
    if (appState.currentState === 'background') report('background')
    const subscription = appState.addEventListener('change', report)
    return () => subscription.remove()
  }
}
