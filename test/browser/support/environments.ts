import { inject } from 'vitest'
import { createWorld } from '../../server/support/environment-harness.ts'

/** The server of all the tests. */
export const world = createWorld(() => inject('demoServer'))

/** The one for tests that make hundreds of requests. */
export const stormyWorld = createWorld(() => inject('stormServer'))

/** HTTP/2 over TLS. */
export const { secureUrl } = inject('demoServer')
