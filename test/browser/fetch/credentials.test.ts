import { expect, onTestFinished, test } from 'vitest'
import { type FetchOptions, createFetch, text, uploadProgress } from '@tautline/core'
import { countsOf, eager, newUser } from '../../server/support/fetch/requests.ts'
import { until } from '../../server/support/event-source/stream.ts'
import { react } from '../support/fetch/react.tsx'
import { vue } from '../support/fetch/vue.ts'
import { harness } from '../support/environments.ts'

/** Another origin, but the same site as the page, so that its cookies are not third-party cookies. */
const origin = harness.url.replace('127.0.0.1', location.hostname)

/** Makes the server set a cookie. */
async function newCookie(credentials: FetchOptions['credentials']): Promise<string> {
  const name = `test-${harness.unique()}`
  const header = encodeURIComponent(`Set-Cookie:${name}=1; Path=/`)
  await createFetch(`${origin}/status/200?header=${header}`, { credentials }).execute()
  onTestFinished(
    () => void createFetch(`${origin}/status/200?header=${header}%3B Max-Age=0`, { credentials }).execute(),
  )
  return `${name}=1`
}

/** Returns the cookies of a request. */
async function cookiesOf(options: FetchOptions<string>): Promise<string> {
  const client = createFetch(`${origin}/echo-headers?end=1&test=${harness.unique()}`, {
    ...options,
    codec: text(),
  })
  // One event in the format of the demo server.
  const { headers } = JSON.parse((await client.execute()).replace(/^data: ?/, '')) as {
    readonly headers: Readonly<Record<string, { readonly latin1: string } | undefined>>
  }
  return headers['cookie']?.latin1 ?? ''
}

const ways: readonly (readonly [string, FetchOptions<string>])[] = [
  ['fetch', {}],
  ['XMLHttpRequest', { method: 'POST', body: 'knots', upload: uploadProgress() }],
]

test.each(ways)(
  '[token-renewal] %s: cookies of another origin are stored and sent only with include',
  async (_, options) => {
    const refused = await newCookie('same-origin')
    const cookie = await newCookie('include')
    expect(await cookiesOf({ ...options, credentials: 'include' })).toContain(cookie)
    expect(await cookiesOf({ ...options, credentials: 'include' })).not.toContain(refused)
    expect(await cookiesOf(options)).toBe('')
    expect(await cookiesOf({ ...options, credentials: 'same-origin' })).toBe('')
    expect(await cookiesOf({ ...options, credentials: 'omit' })).toBe('')
  },
)

test('[token-renewal] [share-frameworks] a request with cookies is not shared with a request without', async () => {
  const { target, user } = await newUser(harness)
  const both = [
    react.mount(origin + target, { ...eager, credentials: 'include' }),
    vue.mount(origin + target, { ...eager, credentials: 'omit' }),
  ]
  await until(() => {
    for (const { shown } of both) expect(shown).toMatchObject({ status: 'success', data: user })
  })
  expect(await countsOf(harness, target)).toMatchObject({ requests: 2 })
})
