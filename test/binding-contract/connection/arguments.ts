import type { UrlOption } from '@tautline/core'
import { type TransportsOption, webSocket } from '@tautline/core/connection'
import type { ConnectionOptions } from '../support/driver.ts'

/** The arguments of `useConnection` for a component with a URL: by default it has one WebSocket. */
export function argumentsOf(
  url: UrlOption,
  { protocols, handshake, binaryType, heartbeat, ...others }: ConnectionOptions,
): readonly [transports: TransportsOption, options: ConnectionOptions] {
  const { transports = [webSocket(url, { protocols, handshake, binaryType, heartbeat })], ...options } =
    others
  return [transports, options]
}
