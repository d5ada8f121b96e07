import { type Accounts } from '../accounts/accounts.ts'
import { createMyPoll } from '../accounts/my-poll.ts'
import { createMyProfile } from '../accounts/my-profile.ts'
import { createSession } from '../accounts/session.ts'
import { userRoutes } from '../control/users.ts'
import { type Tokens } from '../tokens.ts'
import { createAccount, createSessionRefresh } from './account.ts'
import { createDocuments } from './documents.ts'
import { createEarlyHints } from './early-hints.ts'
import { createLimited } from './limited.ts'
import { createResumableUploads } from './resumable-uploads.ts'
import { restRoutes, type RestRoutesOptions } from './rest-routes.ts'
import { createStatuses } from './statuses.ts'
import { createUploads } from './uploads.ts'
import { createIdempotencyKeys } from './users/idempotency.ts'
import { createUserEndpoints } from './users/user-endpoints.ts'
import { type UserTable } from './users/user-table.ts'
import { createVary } from './vary.ts'

export interface RestOptions extends RestRoutesOptions {
  readonly users: UserTable
  readonly tokens: Tokens
  readonly accounts: Accounts
  /** The source text of the module that `/early-hints` runs. */
  readonly pageScript: string | undefined
}

/** Creates the routes with one whole response each: resources, uploads, an account, and any status. */
export function createRest({ users, tokens, accounts, pageScript, ...routing }: RestOptions) {
  const keys = createIdempotencyKeys()
  const uploads = createUploads()
  const endpoints = [
    ...createUserEndpoints(users, keys),
    uploads.endpoint,
    ...createResumableUploads(),
    createAccount(tokens),
    createSessionRefresh(tokens),
    createSession(accounts),
    createMyPoll(accounts),
    createMyProfile(accounts),
    createLimited(),
    createDocuments(),
    createVary(),
    createStatuses(),
    ...createEarlyHints(pageScript),
  ]
  return {
    routes: [...restRoutes(endpoints, routing), ...userRoutes(users, keys)],
    /** For the control state. */
    describe: () => ({ users: { total: users.count() }, uploads: uploads.describe() }),
  }
}
