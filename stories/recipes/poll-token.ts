import { createLongPoll, query } from '@tautline/core'

declare function freshToken(signal: AbortSignal): Promise<string>

/** The function runs before every request, so a token may be shorter-lived than the page. After a 401 it is asked once more. */
export const inbox = (user: string) =>
  createLongPoll('/inbox?wait=50', {
    headers: async ({ signal }) => ({ authorization: `Bearer ${await freshToken(signal)}` }),
    cursor: query('after', (body) => body.cursor),
    // Headers are no part of a destination: two users on one page must not share a row of requests.
    key: user,
  })
