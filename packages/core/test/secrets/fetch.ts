import { json } from '../../src/shared/codec.ts'
import { bearer } from '../../src/fetch/request/credentials.ts'
import { type UrlOption, createFetch } from '../../src/fetch/index.ts'
import { type TestEnvironment, createTestEnvironment } from '../../src/testing/index.ts'
import { type AnyOptions, respond } from '../fetch/harness.ts'
import { extendEnvironment } from '../web-socket/harness.ts'
import {
  BAD_URLS,
  SECRET_URL,
  type Row,
  SECRET,
  circular,
  fail,
  failureOf,
  gather,
  refused,
  thrown,
} from './secret.ts'

const headers = { authorization: `Bearer ${SECRET}` }
const BODY = `{"${SECRET}":"${SECRET}"}}`

/** Sends a request whose URL, headers and query are secrets; returns all reports of its errors. */
async function reportsOf(
  options: AnyOptions,
  follow: (environment: TestEnvironment) => unknown,
  url: UrlOption = SECRET_URL,
  // The same origin: a failed request to another one sends a probe too.
  environment = createTestEnvironment({ baseUrl: 'https://a.example/' }),
): Promise<readonly unknown[]> {
  const given = { environment, headers, query: { q: SECRET }, retry: false, ...options } as const
  const client = createFetch<unknown, unknown>(url, given)
  const reported = gather(client, environment)
  const failure = failureOf(() => client.execute())
  await environment.advance(0)
  await follow(environment)
  await environment.advance(0)
  return [...(await failure), ...reported()]
}

const row = (
  code: Row['code'],
  name: string,
  options: AnyOptions,
  follow: (environment: TestEnvironment) => unknown = () => {},
  find?: Row['find'],
): Row => ({
  code,
  name: `a request: ${name}`,
  make: () => reportsOf(options, follow),
  ...(find && { find }),
})

const respondWith =
  (body: string, type: string, status = 200) =>
  (environment: TestEnvironment) =>
    respond(environment, body, { status, headers: { 'content-type': type, 'x-token': SECRET } })

const raw: Row['find'] = (error) => error.code === 'decode' && error.raw
const body: Row['find'] = (error) => error.code === 'http' && JSON.stringify(error.body)
const problem: Row['find'] = (error) => error.code === 'http' && error.problem?.title
const contentType: Row['find'] = (error) => error.code === 'content-type' && error.contentType
const PROBLEM = JSON.stringify({ title: SECRET, detail: SECRET, [SECRET]: SECRET })

const broken: Row[] = [
  {
    code: 'provider',
    name: 'a request: a custom fetch with an invalid response',
    make() {
      const fetch = async () => Object.defineProperty({}, 'status', { get: fail }) as Response
      return reportsOf({}, () => {}, SECRET_URL, extendEnvironment(createTestEnvironment(), { fetch }))
    },
    find: thrown,
  },
  {
    code: 'provider',
    name: 'a request: retry.when throws',
    make: () => reportsOf({ retry: { when: fail, limit: 0 } }, ({ request }) => request.fail(refused())),
    find: thrown,
  },
  {
    code: 'cors',
    name: 'a request: the URL of a reachable server of another origin',
    make: () =>
      reportsOf(
        {},
        async (environment) => {
          environment.request.fail(refused())
          await environment.advance(0)
          environment.request.respond()
        },
        SECRET_URL,
        createTestEnvironment(),
      ),
    find: (error) => error.code === 'cors' && String((error.cause as { thrown?: unknown }).thrown),
  },
  {
    code: 'aborted',
    name: 'a request: the reason of a signal',
    async make() {
      const environment = createTestEnvironment()
      const client = createFetch<unknown, unknown>(SECRET_URL, { environment, headers })
      const controller = new AbortController()
      const failure = failureOf(() => client.execute({ signal: controller.signal }))
      await environment.advance(0)
      controller.abort(new Error(SECRET))
      await environment.advance(0)
      return failure
    },
  },
]

export const fetchRows: readonly Row[] = [
  ...BAD_URLS.map(([name, url]): Row => ({
    code: 'bad-url',
    name: `the URL of a request: ${name}`,
    make: () => reportsOf({}, () => {}, url, createTestEnvironment({ baseUrl: undefined })),
    find: (error) => error.code === 'bad-url' && error.url,
  })),
  {
    code: 'bad-url',
    name: 'the URL of a request: user and password',
    make: () => reportsOf({}, () => {}, `https://${SECRET}:${SECRET}@a.example/${SECRET}`),
    find: (error) => error.code === 'bad-url' && error.url,
  },
  row('http', 'problem+json', {}, respondWith(PROBLEM, 'application/problem+json', 422), problem),
  row('http', 'the body of an error response', {}, respondWith(PROBLEM, 'application/json', 400), body),
  row(
    'http',
    'the HTML page of an error response',
    {},
    respondWith(`<p>${SECRET}`, `text/html; x=${SECRET}`, 500),
    body,
  ),
  row('content-type', 'an HTML page', {}, respondWith(`<p>${SECRET}`, `text/html; x=${SECRET}`), contentType),
  row('decode', 'a response that is not JSON', {}, respondWith(BODY, 'application/json'), raw),
  row('closed', 'JSON that breaks off', { retry: false }, respondWith(BODY.slice(0, -3), 'application/json')),
  row('decode', 'the codec throws', { codec: { decode: fail } }, respondWith(BODY, 'text/plain'), raw),
  row('decode', 'json()', { codec: json() }, respondWith(BODY, 'text/plain'), raw),
  row('too-large', 'a response that is too long', { maxBodyBytes: 10 }, respondWith(BODY, 'text/plain')),
  row('provider', 'a header function throws', { headers: fail }, undefined, thrown),
  row('provider', 'bearer()', { headers: bearer(fail) }, undefined, thrown),
  row('provider', 'a body function throws', { method: 'POST', body: fail }, undefined, thrown),
  row(
    'bad-option',
    'a token that is invalid in a header',
    { headers: bearer(() => `${SECRET}\n${SECRET}`) },
    undefined,
    thrown,
  ),
  row('bad-option', 'JSON that contains itself', { method: 'POST', json: circular() }, undefined, thrown),
  row('bad-option', 'a key that is invalid in a header', { method: 'POST', idempotencyKey: `${SECRET}\n` }),
  row('connect-failed', 'the error of fetch', {}, ({ request }) => request.fail(refused()), thrown),
  row(
    'closed',
    'the error of a broken body',
    {},
    async (environment) => {
      environment.request.respond({ headers: { 'content-type': 'text/plain' } })
      await environment.advance(0)
      environment.request.fail(new Error(SECRET))
    },
    thrown,
  ),
  row('timeout', 'a server that does not respond', {}, (environment) => environment.advance(60_000)),
  ...broken,
]
