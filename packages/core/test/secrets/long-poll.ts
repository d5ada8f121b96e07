import { json } from '../../src/shared/codec.ts'
import { type Cursor, header, query, validators } from '../../src/long-poll/cursor.ts'
import { createTestEnvironment } from '../../src/testing/index.ts'
import { createLongPoll } from '../../src/long-poll/index.ts'
import { type PollOptions, respond } from '../long-poll/harness.ts'
import { SECRET_URL, type Row, SECRET, fail, gather, refused, thrown } from './secret.ts'

const cursor: Cursor = { write: () => {}, read: () => SECRET }
const headers = { authorization: `Bearer ${SECRET}` }
const BODY = `{"${SECRET}":"${SECRET}`

/** Opens a poll whose URL, headers and cursor are secrets. */
async function polling(options: PollOptions) {
  const environment = createTestEnvironment()
  const given = { headers, cursor, initialCursor: SECRET, environment, ...options } as object
  const client = createLongPoll<unknown, unknown, unknown>(SECRET_URL, given)
  const reported = gather(client, environment)
  client.open()
  await environment.advance(0)
  return { environment, reported }
}

const row = (
  code: Row['code'],
  name: string,
  options: PollOptions,
  follow: (environment: ReturnType<typeof createTestEnvironment>) => void | Promise<void>,
  find?: Row['find'],
): Row => ({
  code,
  name: `polling: ${name}`,
  async make() {
    const { environment, reported } = await polling(options)
    await follow(environment)
    await environment.advance(0)
    return reported()
  },
  ...(find && { find }),
})

const raw: Row['find'] = (error) => error.code === 'decode' && error.raw
const contentType: Row['find'] = (error) => error.code === 'content-type' && error.contentType
const httpBody: Row['find'] = (error) => error.code === 'http' && JSON.stringify(error.body)
const problem: Row['find'] = (error) => error.code === 'http' && error.problem?.title
const PROBLEM = JSON.stringify({ title: SECRET, [SECRET]: SECRET })
const respondWith =
  (body: string, type = 'text/plain', status = 200) =>
  (environment: ReturnType<typeof createTestEnvironment>) =>
    respond(environment, body, { status, headers: { 'content-type': type, 'x-token': SECRET } })

export const longPollRows: readonly Row[] = [
  row('decode', 'a response that is not JSON', {}, respondWith(BODY, 'application/json'), raw),
  row(
    'decode',
    'the content type of one',
    {},
    respondWith(BODY, `application/${SECRET}+json; x=${SECRET}`),
    raw,
  ),
  row('decode', 'the codec throws', { codec: { decode: fail } }, respondWith(BODY), raw),
  row('decode', 'json()', { codec: json() }, respondWith(BODY), raw),
  row('decode', '`messages` throws', { messages: fail }, respondWith(BODY), raw),
  row('provider', '`dedupeBy` throws', { dedupeBy: fail }, respondWith(BODY), thrown),
  row('provider', 'cursor.read throws', { cursor: { ...cursor, read: fail } }, respondWith(BODY), thrown),
  row('provider', 'cursor.write throws', { cursor: { ...cursor, write: fail } }, () => {}, thrown),
  row(
    'provider',
    'a cursor that is invalid in a header',
    { cursor: header('x-cursor', () => `${SECRET}\n`), initialCursor: `${SECRET}\n${SECRET}` },
    () => {},
    thrown,
  ),
  row('provider', 'a header function throws', { headers: fail }, () => {}, thrown),
  row('http', 'the body of an error response', {}, respondWith(BODY, 'text/plain', 400)),
  row('http', 'the body of a 409, in JSON', {}, respondWith(PROBLEM, 'application/json', 409), httpBody),
  row('http', 'problem details', {}, respondWith(PROBLEM, 'application/problem+json', 422), problem),
  row('http', 'a body that is not JSON', {}, respondWith(BODY, 'application/json', 403), httpBody),
  row(
    'http',
    'the body of a 401 after a renewal',
    { headers: () => headers },
    async (environment) => {
      await respondWith(PROBLEM, 'application/json', 401)(environment)
      await respondWith(PROBLEM, 'application/json', 401)(environment)
    },
    httpBody,
  ),
  row(
    'http',
    'the body of the last retry',
    { retry: false },
    respondWith(PROBLEM, 'application/json', 503),
    httpBody,
  ),
  row('http', 'a rejected ETag', { cursor: validators() }, respondWith(PROBLEM, 'application/json', 412)),
  row(
    'cors',
    'a poll that CORS forbids, with the cursor in its query',
    { cursor: query('since', () => SECRET) },
    async (environment) => {
      environment.request.fail(refused())
      await environment.advance(0)
      environment.request.respond()
    },
  ),
  row(
    'provider',
    'a cursor that no header can have',
    { cursor: header('x-c', () => ''), initialCursor: `${SECRET}\u007f` },
    () => {},
  ),
  row('content-type', 'an HTML page', {}, respondWith(BODY, `text/html; x=${SECRET}`), contentType),
  row('too-large', 'a response that is too long', { maxBodyBytes: 10 }, respondWith(BODY)),
  row('timeout', 'a server that does not respond', {}, (environment) => environment.advance(90_000)),
  row(
    'connect-failed',
    'the error of fetch',
    {},
    async (environment) => {
      environment.request.fail(refused())
      // The check whether CORS is the reason.
      await environment.advance(3000)
    },
    thrown,
  ),
]
