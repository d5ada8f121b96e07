import { json } from '../../src/shared/codec.ts'
import type { AnyEventSourceOptions } from '../../src/event-source/options.ts'
import { ndjson } from '../../src/event-source/formats.ts'
import { createEventSource } from '../../src/event-source/index.ts'
import { createTestEnvironment } from '../../src/testing/index.ts'
import { respond } from '../event-source/harness.ts'
import { extendEnvironment } from '../web-socket/harness.ts'
import { SECRET_URL, type Row, SECRET, circular, fail, failureOf, gather, refused, thrown } from './secret.ts'

type Options = Omit<AnyEventSourceOptions, 'select'>

const headers = { authorization: `Bearer ${SECRET}` }
const POST = { method: 'POST', body: { [SECRET]: SECRET } }

/** Requests a stream whose URL, headers and body are secrets. */
async function requesting(options: Options = {}, environment = createTestEnvironment()) {
  const given = { headers, lastEventId: SECRET, environment, ...options } as object
  const client = createEventSource<unknown, undefined, unknown>(SECRET_URL, given)
  const reported = gather(client, environment)
  client.open()
  await environment.advance(0)
  return { client, environment, reported }
}

const row = (
  code: Row['code'],
  name: string,
  options: Options,
  follow: (set: Awaited<ReturnType<typeof requesting>>) => void | Promise<void> = () => {},
  find?: Row['find'],
): Row => ({
  code,
  name: `server-sent events: ${name}`,
  async make() {
    const set = await requesting(options)
    await follow(set)
    await set.environment.advance(0)
    return set.reported()
  },
  ...(find && { find }),
})

const written =
  (text: string, head?: Parameters<typeof respond>[1]) =>
  async ({ environment }: Awaited<ReturnType<typeof requesting>>) => {
    await respond(environment, head)
    environment.request.write(text)
  }

const NDJSON = { headers: { 'content-type': 'application/x-ndjson' } }
const rows = { format: ndjson() }
const BROKEN_JSON = `{"${SECRET}":\n`

/** Responds with an error status and a body. */
const rejected =
  (status: number, type: string) =>
  async ({ environment }: Awaited<ReturnType<typeof requesting>>) => {
    environment.request.respond({ status, headers: { 'content-type': type } })
    await environment.advance(0)
    environment.request.write(JSON.stringify({ title: SECRET, [SECRET]: SECRET }))
    environment.request.end()
  }

/** Fails as CORS does: the request fails, and the check after it has a response. It is sent once more before CORS is blamed. */
async function blockTwice({ environment }: Awaited<ReturnType<typeof requesting>>, error?: Error) {
  for (let attempt = 0; attempt < 2; attempt++) {
    environment.request.fail(error)
    await environment.advance(0)
    environment.request.respond()
    await environment.advance(0)
  }
}

const httpBody: Row['find'] = (error) => error.code === 'http' && JSON.stringify(error.body)
const raw: Row['find'] = (error) => error.code === 'decode' && error.raw
const contentType: Row['find'] = (error) => error.code === 'content-type' && error.contentType
const EVENT = `id: ${SECRET}\ndata: {"${SECRET}\n\n`

export const eventSourceRows: readonly Row[] = [
  row('http', 'the headers of an error response', {}, ({ environment }) =>
    environment.request.respond({ status: 403, headers: { 'www-authenticate': SECRET } }),
  ),
  row(
    'http',
    'the body of an error response',
    {},
    async ({ environment }) => {
      environment.request.respond({ status: 400, headers: { 'content-type': 'text/plain' } })
      await environment.advance(0)
      environment.request.write(SECRET)
      environment.request.end()
    },
    (error) => error.code === 'http' && error.body,
  ),
  row(
    'content-type',
    'a type, and its parameters',
    {},
    ({ environment }) =>
      environment.request.respond({ headers: { 'content-type': `application/${SECRET}; x=${SECRET}` } }),
    contentType,
  ),
  row(
    'content-type',
    'the parameters of a common type',
    {},
    ({ environment }) =>
      environment.request.respond({ headers: { 'content-type': `text/html; x="${SECRET}"` } }),
    contentType,
  ),
  row(
    'connect-failed',
    'the error of fetch',
    {},
    async ({ environment }) => {
      environment.request.fail(refused())
      // The check whether CORS is the reason.
      await environment.advance(3000)
    },
    thrown,
  ),
  row('cors', 'a stream that CORS forbids', {}, (set) => blockTwice(set)),
  row(
    'http',
    'the body of the last retry, in JSON',
    { retry: false },
    rejected(503, 'application/json'),
    httpBody,
  ),
  row('http', 'problem details', {}, rejected(422, 'application/problem+json'), httpBody),
  row('http', 'the body of a POST that is refused', POST, rejected(400, 'application/json'), httpBody),
  row(
    'http',
    'the body of a 401 after a renewal',
    { headers: () => headers },
    async (set) => {
      await rejected(401, 'application/json')(set)
      await set.environment.advance(0)
      await rejected(401, 'application/json')(set)
    },
    httpBody,
  ),
  row(
    'gap',
    'the ID in the query, after CORS has blocked the header',
    {},
    async (set) => {
      await blockTwice(set, refused())
      await set.environment.advance(1000)
      set.environment.request.respond()
    },
    (error) => error.code === 'gap' && error.after,
  ),
  row('connect-failed', 'the ID in the query', { resume: 'query' }, async ({ environment }) => {
    environment.request.fail(refused())
    await environment.advance(3000)
  }),
  row(
    'provider',
    'the error that `until` returns',
    { until: () => new Error(SECRET) },
    written(EVENT),
    thrown,
  ),
  row('provider', 'a promise of `until`', { until: (async () => SECRET) as never }, written(EVENT)),
  row(
    'decode',
    'a function `events` that returns no codec',
    { events: () => SECRET as never },
    written(EVENT),
    raw,
  ),
  row('decode', 'a line that is not JSON', { ...rows, codec: json() }, written(BROKEN_JSON, NDJSON), raw),
  row('truncated', 'a last line that is not JSON', rows, async (set) => {
    await written(BROKEN_JSON.trim(), NDJSON)(set)
    set.environment.request.end()
  }),
  row('too-large', 'a line that is too long', { ...rows, maxEventLength: 10 }, written(BROKEN_JSON, NDJSON)),
  row(
    'provider',
    'the ID of a line',
    { format: ndjson({ id: fail }) },
    written(`"${SECRET}"\n`, NDJSON),
    thrown,
  ),
  row(
    'gap',
    'an ID that cannot be sent',
    { lastEventId: `${SECRET}\u007f` },
    ({ environment }) => environment.request.respond(),
    (error) => error.code === 'gap' && error.after,
  ),
  row(
    'closed',
    'the error of a broken body',
    {},
    async ({ environment }) => {
      environment.request.respond()
      await environment.advance(0)
      environment.request.fail(new Error(SECRET))
    },
    thrown,
  ),
  row('truncated', 'an incomplete line', {}, async (set) => {
    await written(`data: ${SECRET}`)(set)
    set.environment.request.end()
  }),
  row('too-large', 'an event that is too long', { maxEventLength: 10 }, written(EVENT)),
  row('decode', 'an event, and the codec throws', { codec: { decode: fail } }, written(EVENT), raw),
  row('decode', 'an event that is not JSON', { codec: json() }, written(EVENT), raw),
  row('decode', 'a named event that is not JSON', { events: { message: json() } }, written(EVENT), raw),
  row('provider', 'what `until` throws', { until: fail }, written(EVENT), thrown),
  row('provider', 'what a header function throws', { headers: fail }, undefined, thrown),
  row('provider', 'what a body function throws', { method: 'POST', body: fail }, undefined, thrown),
  row(
    'bad-option',
    'a header with a line end',
    { headers: { 'x-token': `${SECRET}\nx` } },
    undefined,
    thrown,
  ),
  row('bad-option', 'the name of a header', { headers: { [`${SECRET} x`]: 'x' } }, undefined),
  row('bad-option', 'a body that contains itself', { ...POST, body: circular() }, undefined, thrown),
  row('timeout', 'a server that does not respond', { timeout: { connect: 10_000 } }, ({ environment }) =>
    environment.advance(10_000),
  ),
  row('interrupted', 'a POST that the bfcache interrupts', POST, ({ environment }) =>
    environment.emitPageEvent('pagehide'),
  ),
  {
    code: 'unsupported',
    name: 'server-sent events: the URL, without fetch',
    make: async () =>
      (await requesting({}, extendEnvironment(createTestEnvironment(), { fetch: undefined }))).reported(),
  },
  {
    code: 'bad-option',
    name: 'server-sent events: an invalid ID',
    make: () => failureOf(() => createEventSource(SECRET_URL, { lastEventId: `${SECRET}\0` })),
  },
  {
    code: 'bad-option',
    name: 'server-sent events: a number instead of an ID',
    make: () => failureOf(() => createEventSource(SECRET_URL, { lastEventId: 90_210 as never })),
  },
]
