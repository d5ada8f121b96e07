/**
 * The parts of an environment that only some transports use. Each function returns what the application has passed, even
 * `undefined`, or else that of the platform.
 */
import { platformFetch, platformWebSocket, platformXmlHttpRequest, schedulePlatformTask } from './browser.ts'
import type {
  Environment,
  Fetch,
  FullEnvironment,
  WebSocketConstructor,
  XMLHttpRequestConstructor,
} from './environment.ts'

/** An environment with what the application has passed. */
type Given = Environment & Partial<FullEnvironment>

/** Returns the `WebSocket` of an environment. */
export const webSocketOf = (environment: Given): WebSocketConstructor | undefined =>
  'WebSocket' in environment ? environment.WebSocket : platformWebSocket()

/** Returns the `fetch` of an environment. */
export const fetchOf = (environment: Given): Fetch | undefined =>
  'fetch' in environment ? environment.fetch : platformFetch()

/** Returns the `fetch` of an environment for streams. */
export const streamFetchOf = (environment: Given): Fetch | undefined =>
  environment.streamFetch ?? fetchOf(environment)

/** Returns the `XMLHttpRequest` of an environment. */
export function xmlHttpRequestOf(environment: Given): XMLHttpRequestConstructor | undefined {
  if ('XMLHttpRequest' in environment) return environment.XMLHttpRequest
  // Requests must not bypass a `fetch` that the application has passed.
  return environment.fetch ? undefined : platformXmlHttpRequest()
}

/** Calls back in a new task as soon as possible, after the page has had a chance to paint and handle input. */
export function scheduleTask(environment: Given, callback: () => void): void {
  if (environment.scheduleTask) environment.scheduleTask(callback)
  else schedulePlatformTask(callback)
}
