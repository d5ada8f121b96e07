import { createLongPoll, query } from '@tautline/core'

declare function freshToken(user: string, signal: AbortSignal): Promise<string>

/**
 * The function runs before every request, so a token may expire while the page is open. After a
 * 401 it is called once more.
 */
export const inbox = (user: string) =>
  createLongPoll('/inbox?wait=50', {
    headers: async ({ signal }) => ({ authorization: `Bearer ${await freshToken(user, signal)}` }),
    cursor: query('after', (body) => body.cursor),
    // Calls for the same user share one poll, and no other user gets it.
    key: user,
  })
