import { fetchResponses } from '../scenarios/fetch/responses.ts'
import { fetchBodies } from '../scenarios/fetch/bodies.ts'
import { fetchCredentials } from '../scenarios/fetch/credentials.ts'
import { fetchCaching } from '../scenarios/fetch/caching.ts'
import { fetchRefresh } from '../scenarios/fetch/refetching.ts'
import { fetchUsers } from '../scenarios/fetch/users.ts'
import { useDemoServer } from '../support/server.ts'
import { createEnvironmentHarness } from '../support/environment-harness.ts'

const server = useDemoServer()
const harness = createEnvironmentHarness(() => server.now)

fetchCaching(harness)
fetchUsers(harness)
fetchResponses(harness)
fetchBodies(harness)
fetchCredentials(harness)
fetchRefresh(harness)
