import { type Accounts, readSession } from '../accounts/accounts.ts'
import { type Route } from '../http-router.ts'

/** What the server saw of a session, and what of it is open. */
export const accountRoutes = ({ log }: Accounts): readonly Route[] => [
  {
    method: 'GET',
    path: '/control/accounts',
    handle: ({ parameters, json }) => json(log.view(readSession(parameters))),
  },
]
