import { type Route } from '../http-router.ts'
import { type IdempotencyKeys } from '../rest/users/idempotency.ts'
import { type UserTable } from '../rest/users/user-table.ts'

export function userRoutes(table: UserTable, keys: IdempotencyKeys): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/control/users/reset',
      handle({ json }) {
        // The stored responses contain users that no longer exist.
        keys.forget()
        json({ total: table.reset() })
      },
    },
  ]
}
