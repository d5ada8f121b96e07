import { resolveEnvironment } from './browser.ts'
import type { FullEnvironment } from './environment.ts'
import { fetchOf, scheduleTask, webSocketOf, xmlHttpRequestOf } from './network.ts'

let created: FullEnvironment | undefined

/** Returns the environment of the platform: a page, a worker or Node. Created on first use; nothing runs on import. */
export const browserEnvironment = (): FullEnvironment => (created ??= createFullEnvironment())

function createFullEnvironment(): FullEnvironment {
  const platform = resolveEnvironment(undefined)
  const network = {
    scheduleTask: (callback: () => void) => scheduleTask(platform, callback),
    // Globals are looked up on each call, because tests may replace them.
    get fetch() {
      return fetchOf(platform)
    },
    get WebSocket() {
      return webSocketOf(platform)
    },
    get XMLHttpRequest() {
      return xmlHttpRequestOf(platform)
    },
  }
  return resolveEnvironment(network) as FullEnvironment // `network` has all other fields
}
