import type { PageEvent } from '../platform/environment.ts'

/** The state of the network and the page, from the page events so far. */
export interface PageState {
  readonly isOnline: boolean
  readonly isVisible: boolean
  /** False while the page is in the back/forward cache. */
  readonly isPageActive: boolean
}

/** Which conditions prevent attempts. The back/forward cache always does. */
export interface GatePolicy {
  readonly pauseOffline: boolean
  readonly pauseHidden: boolean
}

/** What an attempt waits for: the network, a visible page, or the page's return from the back/forward cache. */
export type Gate = 'online' | 'visible' | 'page'

/** The state before any page event: online, visible and active. An environment reports only deviations from it. */
export const initialPageState: PageState = { isOnline: true, isVisible: true, isPageActive: true }

/** Returns the gate that prevents an attempt; undefined if the attempt can be made now. */
export function closedGate(
  { isOnline, isVisible, isPageActive }: PageState,
  policy: GatePolicy,
): Gate | undefined {
  if (!isPageActive) return 'page'
  if (!isOnline && policy.pauseOffline) return 'online'
  return policy.pauseHidden && !isVisible ? 'visible' : undefined
}

/** Returns the state after a page event. The same object means that nothing changed. */
export function applyPageEvent<State extends PageState>(state: State, pageEvent: PageEvent): State {
  const isOnline = pageEvent === 'online' || (pageEvent !== 'offline' && state.isOnline)
  const isVisible = pageEvent === 'visible' || (pageEvent !== 'hidden' && state.isVisible)
  const isPageActive = pageEvent === 'pageshow' || (pageEvent !== 'pagehide' && state.isPageActive)
  const hasChanged =
    isOnline !== state.isOnline || isVisible !== state.isVisible || isPageActive !== state.isPageActive
  return hasChanged ? { ...state, isOnline, isVisible, isPageActive } : state
}
