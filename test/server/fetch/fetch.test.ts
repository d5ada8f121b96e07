import { fetchAnswers } from '../scenarios/fetch/responses.ts'
import { fetchBodies } from '../scenarios/fetch/bodies.ts'
import { fetchCredentials } from '../scenarios/fetch/credentials.ts'
import { fetchKept } from '../scenarios/fetch/caching.ts'
import { fetchRefresh } from '../scenarios/fetch/refetching.ts'
import { fetchUsers } from '../scenarios/fetch/users.ts'
import { useDemoServer } from '../support/server.ts'
import { createWorld } from '../support/environment-harness.ts'

const server = useDemoServer()
const world = createWorld(() => server.now)

fetchKept(world)
fetchUsers(world)
fetchAnswers(world)
fetchBodies(world)
fetchCredentials(world)
fetchRefresh(world)
