import { json } from '../../src/shared/codec.ts'
import { bearer } from '../../src/fetch/request/credentials.ts'
import { type UrlOption, createFetch } from '../../src/fetch/index.ts'
import { type TestEnvironment, createTestEnvironment } from '../../src/testing/index.ts'
import { type AnyOptions, respond } from '../fetch/harness.ts'
import { extendEnvironment } from '../web-socket/harness.ts'
import {
  BAD_URLS,
  PLACE,
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
const BODY = `{"${SECRET}":"${SECRET}`

/** A request whose URL, headers and query are secrets, and all that is told of it. */
async function asked(
  options: AnyOptions,
  follow: (environment: TestEnvironment) => unknown,
  url: UrlOption = PLACE,
  // The same origin: a server of another one is asked whether it can be reached.
  environment = createTestEnvironment({ baseUrl: 'https://a.example/' }),
): Promise<readonly unknown[]> {
  const given = { environment, headers, query: { q: SECRET }, retry: false, ...options } as const
  const client = createFetch<unknown, unknown>(url, given)
  const told = gather(client, environment)
  const failure = failureOf(() => client.execute())
  await environment.advance(0)
  await follow(environment)
  await environment.advance(0)
  return [...(await failure), ...told()]
}

const row = (
  code: Row['code'],
  name: string,
  options: AnyOptions,
  follow: (environment: TestEnvironment) => unknown = () => {},
  find?: Row['find'],
): Row => ({ code, name: `a request: ${name}`, make: () => asked(options, follow), ...(find && { find }) })

const answered =
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
    name: 'a request: a fetch of its own whose answer is none',
    make() {
      const fetch = async () => Object.defineProperty({}, 'status', { get: fail }) as Response
      return asked({}, () => {}, PLACE, extendEnvironment(createTestEnvironment(), { fetch }))
    },
    find: thrown,
  },
  {
    code: 'provider',
    name: 'a request: retry.when throws',
    make: () => asked({ retry: { when: fail, limit: 0 } }, ({ request }) => request.fail(refused())),
    find: thrown,
  },
  {
    code: 'cors',
    name: 'a request: the URL of another origin that can be reached',
    make: () =>
      asked(
        {},
        async (environment) => {
          environment.request.fail(refused())
          await environment.advance(0)
          environment.request.respond()
        },
        PLACE,
        createTestEnvironment(),
      ),
    find: (error) => error.code === 'cors' && String((error.cause as { thrown?: unknown }).thrown),
  },
  {
    code: 'aborted',
    name: 'a request: the reason of a signal',
    async make() {
      const environment = createTestEnvironment()
      const client = createFetch<unknown, unknown>(PLACE, { environment, headers })
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
    make: () => asked({}, () => {}, url, createTestEnvironment({ baseUrl: undefined })),
    find: (error) => error.code === 'bad-url' && error.url,
  })),
  {
    code: 'bad-url',
    name: 'the URL of a request: user and password',
    make: () => asked({}, () => {}, `https://${SECRET}:${SECRET}@a.example/${SECRET}`),
    find: (error) => error.code === 'bad-url' && error.url,
  },
  row('http', 'problem+json', {}, answered(PROBLEM, 'application/problem+json', 422), problem),
  row('http', 'the body of a refusal', {}, answered(PROBLEM, 'application/json', 400), body),
  row('http', 'the page of a refusal', {}, answered(`<p>${SECRET}`, `text/html; x=${SECRET}`, 500), body),
  row('content-type', 'a page', {}, answered(`<p>${SECRET}`, `text/html; x=${SECRET}`), contentType),
  row('decode', 'an answer that is not JSON', {}, answered(BODY, 'application/json'), raw),
  row('decode', 'the codec throws', { codec: { decode: fail } }, answered(BODY, 'text/plain'), raw),
  row('decode', 'json()', { codec: json() }, answered(BODY, 'text/plain'), raw),
  row('too-large', 'an answer that is too long', { maxBodyBytes: 10 }, answered(BODY, 'text/plain')),
  row('provider', 'a header function throws', { headers: fail }, undefined, thrown),
  row('provider', 'bearer()', { headers: bearer(fail) }, undefined, thrown),
  row('provider', 'a body function throws', { method: 'POST', body: fail }, undefined, thrown),
  row(
    'bad-option',
    'a token that no header can have',
    { headers: bearer(() => `${SECRET}\n${SECRET}`) },
    undefined,
    thrown,
  ),
  row('bad-option', 'JSON that contains itself', { method: 'POST', json: circular() }, undefined, thrown),
  row('bad-option', 'a key that no header can have', { method: 'POST', idempotencyKey: `${SECRET}\n` }),
  row('connect-failed', 'what fetch says', {}, ({ request }) => request.fail(refused()), thrown),
  row(
    'closed',
    'why a body breaks off',
    {},
    async (environment) => {
      environment.request.respond({ headers: { 'content-type': 'text/plain' } })
      await environment.advance(0)
      environment.request.fail(new Error(SECRET))
    },
    thrown,
  ),
  row('timeout', 'a server that does not answer', {}, (environment) => environment.advance(10_000)),
  ...broken,
]
