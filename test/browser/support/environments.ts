import { inject } from 'vitest'
import { createEnvironmentHarness } from '../../server/support/environment-harness.ts'

/** The server of all the tests. */
export const harness = createEnvironmentHarness(() => inject('demoServer'))

/** The one for tests that make hundreds of requests. */
export const stormHarness = createEnvironmentHarness(() => inject('stormServer'))

/** HTTP/2 over TLS. */
export const { secureUrl } = inject('demoServer')
