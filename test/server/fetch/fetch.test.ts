import { fetchAnswers } from '../scenarios/fetch/responses.ts'
import { fetchBodies } from '../scenarios/fetch/bodies.ts'
import { fetchCredentials } from '../scenarios/fetch/credentials.ts'
import { fetchKept } from '../scenarios/fetch/caching.ts'
import { fetchRefresh } from '../scenarios/fetch/refetching.ts'
import { fetchUsers } from '../scenarios/fetch/users.ts'
import { useDemoServer } from '../support/server.ts'
import { createEnvironmentHarness } from '../support/environment-harness.ts'

const server = useDemoServer()
const harness = createEnvironmentHarness(() => server.now)

fetchKept(harness)
fetchUsers(harness)
fetchAnswers(harness)
fetchBodies(harness)
fetchCredentials(harness)
fetchRefresh(harness)
