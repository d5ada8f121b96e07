import { collect } from '../../src/shared/reducers.ts'
import { type TestEnvironment, createTestEnvironment } from '../../src/testing/index.ts'
import { type UrlOption, type WebSocketOptions, observeWebSocket } from '../../src/web-socket/index.ts'
import { record } from './harness.ts'
import { withEvents } from '../events.ts'

/** `collect()` for observers with data of any type. */
export const list = (before: unknown, message: unknown) =>
  collect()(Array.isArray(before) ? before : [], message)

export type ObserverOptions = WebSocketOptions<unknown, never, unknown>

/** Mounts an observer. */
export function mount(environment: TestEnvironment, options: ObserverOptions = {}, url: UrlOption = '/chat') {
  const observer = withEvents(observeWebSocket<unknown, never, unknown>(url, { environment, ...options }))
  const emitted = record(observer)
  return { observer, emitted, leave: observer.subscribe(() => {}) }
}

/** Mounts observers that share one open connection. */
export async function mountMany(count: number, options: ObserverOptions = {}) {
  const environment = createTestEnvironment()
  const observers = Array.from({ length: count }, () => mount(environment, options))
  await environment.advance(0)
  environment.socket.accept()
  return { environment, observers, socket: environment.socket }
}
