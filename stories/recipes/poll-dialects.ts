import { createLongPoll, fromHeader, query, validators } from '@tautline/core'

// The hooks have the same options. createLongPoll is for code outside of components.

export const matrix = (home: string, user: string) =>
  createLongPoll(`${home}/_matrix/client/v3/sync?timeout=30000`, {
    headers: () => ({ authorization: `Bearer ${localStorage.getItem(`token of ${user}`)}` }),
    key: user, // the headers function is not compared
    cursor: query('since', (body) => body.next_batch),
  })

export const telegram = (bot: string) =>
  createLongPoll(`${bot}/getUpdates?timeout=50`, {
    // NaN does not change the cursor.
    cursor: query('offset', ({ result }) => result.at(-1)?.update_id + 1),
    messages: ({ result }) => result,
  })

export const consul = (key: string) =>
  createLongPoll(`/v1/kv/${key}?wait=60s`, {
    cursor: query('index', fromHeader('X-Consul-Index')),
  })

export const couchdb = (database: string) =>
  createLongPoll(`/${database}/_changes?feed=longpoll&include_docs=true`, {
    cursor: query('since', (body) => body.last_seq),
    messages: (body) => body.results,
  })

export const nchan = (channel: string) =>
  createLongPoll(`/sub/${channel}`, {
    cursor: validators(), // ETag and Last-Modified, sent back
  })
