import { type Accounts, readSession } from '../accounts/accounts.ts'
import { type Route } from '../http-router.ts'

/** The control route that shows the log and the open visits of a session. */
export const accountRoutes = ({ log }: Accounts): readonly Route[] => [
  {
    method: 'GET',
    path: '/control/accounts',
    handle: ({ parameters, json }) => json(log.view(readSession(parameters))),
  },
]
