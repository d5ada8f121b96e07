import { createLongPoll, fromHeader, query, validators } from '@tautline/core'

// The hooks take the same; createLongPoll is for where there is no component.

export const matrix = (home: string, user: string) =>
  createLongPoll(`${home}/_matrix/client/v3/sync?timeout=30000`, {
    headers: () => ({ authorization: `Bearer ${localStorage.getItem(`token of ${user}`)}` }),
    key: user, // a function cannot be compared
    cursor: query('since', (body) => body.next_batch),
  })

export const telegram = (bot: string) =>
  createLongPoll(`${bot}/getUpdates?timeout=50`, {
    cursor: query('offset', ({ result }) => result.at(-1)?.update_id + 1), // NaN leaves it where it was
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
