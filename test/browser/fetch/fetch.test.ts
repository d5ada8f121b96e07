import { uploadProgress } from '@tautline/core'
import { fetchResponses } from '../../server/scenarios/fetch/responses.ts'
import { fetchBodies } from '../../server/scenarios/fetch/bodies.ts'
import { fetchCredentials } from '../../server/scenarios/fetch/credentials.ts'
import { fetchCaching } from '../../server/scenarios/fetch/caching.ts'
import { fetchRefresh } from '../../server/scenarios/fetch/refetching.ts'
import { fetchUsers } from '../../server/scenarios/fetch/users.ts'
import { harness } from '../support/environments.ts'

fetchCaching(harness)
fetchUsers(harness)
fetchResponses(harness)
fetchBodies(harness, 'XMLHttpRequest', { upload: uploadProgress() })
fetchBodies(harness, 'fetch')
fetchCredentials(harness)
fetchRefresh(harness)
