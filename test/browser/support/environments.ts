import { inject } from 'vitest'
import { createEnvironmentHarness } from '../../server/support/environment-harness.ts'

/** The server of most tests. */
export const harness = createEnvironmentHarness(() => inject('demoServer'))

/** The server for tests that send hundreds of requests. */
export const stormHarness = createEnvironmentHarness(() => inject('stormServer'))

/** HTTP/2 over TLS. */
export const { secureUrl } = inject('demoServer')
