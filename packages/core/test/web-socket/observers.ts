import { collect } from '../../src/shared/reducers.ts'
import { type TestEnvironment, createTestEnvironment } from '../../src/testing/index.ts'
import { type UrlOption, type WebSocketOptions, observeWebSocket } from '../../src/web-socket/index.ts'
import { record } from './harness.ts'

/** `collect()`, for hooks whose data may be anything. */
export const list = (sofar: unknown, message: unknown) =>
  collect()(Array.isArray(sofar) ? sofar : [], message)

export type HookOptions = WebSocketOptions<unknown, never, unknown>

/** A hook that is mounted. */
export function mount(environment: TestEnvironment, options: HookOptions = {}, url: UrlOption = '/chat') {
  const observer = observeWebSocket<unknown, never, unknown>(url, { environment, ...options })
  const said = record(observer)
  return { observer, said, leave: observer.subscribe(() => {}) }
}

/** So many hooks on one line that is up. */
export async function crowd(count: number, options: HookOptions = {}) {
  const environment = createTestEnvironment()
  const hooks = Array.from({ length: count }, () => mount(environment, options))
  await environment.advance(0)
  environment.socket.accept()
  return { environment, hooks, socket: environment.socket }
}
