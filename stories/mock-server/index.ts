import { accountEndpoints } from './accounts.ts'
import { control } from './control.ts'
import { endpoints } from './endpoints.ts'
import { pollEndpoints } from './polls.ts'
import { requestCounts } from './request-counts.ts'
import { resourceEndpoints } from './resources.ts'
import { streamEndpoints } from './stream-endpoints.ts'
import { userEndpoints } from './users.ts'

/** The demo server as far as a page can play it: the same paths, the same messages. */
export const mockHandlers = [
  ...endpoints,
  ...accountEndpoints,
  ...streamEndpoints,
  ...pollEndpoints,
  ...userEndpoints,
  ...resourceEndpoints,
  ...requestCounts,
  ...control,
]
