import { broadcastChannel } from '../../platform/browser.ts'

/** What a tab tells the others at a log-out. */
export interface LogOutMessage {
  /** The epoch that it has stored. */
  readonly epoch: string
  /** The epoch before. */
  readonly from?: string | undefined
  /** Only the data of this user. */
  readonly key?: string | undefined
  /** Only the data of URLs that start with this. */
  readonly prefix?: string | undefined
  /** The cache was cleared: mounted components show their data until they unmount. */
  readonly isClear: boolean
}

/** Connects the tabs that use one store. Undefined on a platform without `BroadcastChannel`. */
export function openLogOutChannel(
  name: string,
  onMessage: (message: LogOutMessage) => void,
): { post(message: LogOutMessage): void; close(): void } | undefined {
  const channel = broadcastChannel(name)
  if (!channel) return undefined
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const { epoch, from, key, prefix, isClear } = Object(data)
    const toText = (value: unknown) => (typeof value === 'string' ? value : undefined)
    if (typeof epoch !== 'string') return
    const scope = { key: toText(key), prefix: toText(prefix) }
    onMessage({ epoch, from: toText(from), ...scope, isClear: isClear === true })
  }
  // In Node, an open channel would keep the process running.
  if ('unref' in channel && typeof channel.unref === 'function') channel.unref()
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
    post: (message) => channel.postMessage(message),
    close: () => channel.close(),
  }
}
