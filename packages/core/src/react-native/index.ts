import type { Environment } from '../platform/environment.ts'

export { streamFetch } from './transport.ts'

/** The part of React Native's `AppState` that is used. */
export interface AppStateLike {
  readonly currentState?: string | null | undefined
  addEventListener(type: 'change', listener: (state: string) => void): { remove(): void }
}

/**
 * Creates `environment.onPageEvent` from React Native's `AppState`: an app in the background is `hidden`. Then
 * connections reconnect sooner when the app returns, and the option `pause.hidden` works.
 *
 * @example
 * const environment = { streamFetch, onPageEvent: appStateEvents(AppState) }
 */
export function appStateEvents(appState: AppStateLike): Environment['onPageEvent'] {
  return (listener) => {
    // `inactive` is a short state between the two, such as during a phone call.
    const report = (state: string) => {
      if (state === 'active') listener('visible')
      else if (state === 'background') listener('hidden')
    }
    if (appState.currentState === 'background') report('background')
    const subscription = appState.addEventListener('change', report)
    return () => subscription.remove()
  }
}
