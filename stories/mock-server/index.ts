import { accountEndpoints } from './accounts.ts'
import { control } from './control.ts'
import { endpoints } from './endpoints.ts'
import { pollEndpoints } from './polls.ts'
import { requestCounts } from './request-counts.ts'
import { resourceEndpoints } from './resources.ts'
import { resumableEndpoints } from './resumable-uploads.ts'
import { streamEndpoints } from './stream-endpoints.ts'
import { userEndpoints } from './users.ts'

/** Imitates the demo server in the page: the same paths and the same messages. */
export const mockHandlers = [
  ...endpoints,
  ...accountEndpoints,
  ...streamEndpoints,
  ...pollEndpoints,
  ...userEndpoints,
  ...resourceEndpoints,
  ...resumableEndpoints,
  ...requestCounts,
  ...control,
]
