import { cleanup } from '@testing-library/vue'
import { afterEach } from 'vitest'

// The library cleans up automatically only if `afterEach` is a global.
afterEach(cleanup)
