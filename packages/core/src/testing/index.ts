export { type VirtualClock, createVirtualClock } from './virtual-clock.ts'
export {
  type TestEnvironment,
  type TestEnvironmentOptions,
  createTestEnvironment,
} from './test-environment.ts'
export { type FakeRequest, createFakeFetch } from './fake-fetch.ts'
export { type FakeWebSocket, createFakeWebSocket } from './fake-web-socket.ts'
