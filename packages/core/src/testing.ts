export { type VirtualClock, createVirtualClock } from './testing/clock.ts'
export {
  type TestEnvironment,
  type TestEnvironmentOptions,
  createTestEnvironment,
} from './testing/environment.ts'
export { type FakeRequest, createFakeFetch } from './testing/fetch.ts'
export { type FakeWebSocket, createFakeWebSocket } from './testing/web-socket.ts'
