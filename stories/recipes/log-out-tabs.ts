import { forgetUser } from '@tautline/core'

/**
 * Your own: shows the log-in page. The promise is fulfilled when no data of the user is on the
 * screen any more.
 */
declare function showLogIn(): Promise<void>

/** In the page only, not on a server. */
const tabs = new BroadcastChannel('log-out')

/**
 * Call it when the server has ended the session: `forgetUser` reaches only this tab, so the other
 * tabs need a message.
 */
export function notifyOtherTabs(): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is a window's; a channel stays in its origin
  tabs.postMessage('log-out')
}

/** In every other tab. Nothing connects before the log-in page is shown. */
tabs.addEventListener('message', () => void forgetUser(showLogIn()))
