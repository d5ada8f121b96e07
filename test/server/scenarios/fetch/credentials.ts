import { describe, expect, test } from 'vitest'
import { bearer, isTautlineError } from '@tautline/core'
import { fetchOnce, client, countsOf, isOver, look } from '../../support/fetch/requests.ts'
import type { EnvironmentHarness } from '../../support/environment-harness.ts'

interface Account {
  readonly subject: string
}

/** Requests with credentials, and what happens when the server rejects these. */
export function fetchCredentials(harness: EnvironmentHarness): void {
  describe('credentials', () => {
    renewed(harness)
    refused(harness)
    apart(harness)
  })
}

/** Gets a token from the demo server. An expired one was valid before. */
async function issue({ url }: EnvironmentHarness, subject: string, expired = false): Promise<string> {
  const post = async (path: string, body: object) =>
    (await fetch(url + path, { method: 'POST', body: JSON.stringify(body) })).json()
  // The format of the control route's response.
  const { token } = (await post('/control/token', { subject })) as { readonly token: string }
  if (expired) await post('/control/token/expire', { token })
  return token
}

/** The token function of an application: the stored token first, and after a rejection a new one by a request. */
function session(harness: EnvironmentHarness, stored: string) {
  const word = harness.unique()
  const path = `/session/refresh?subject=${word}`
  const refresh = client<{ readonly token: string }>(harness.url + path, { method: 'POST' })
  const statuses: (number | undefined)[] = []
  const auth = bearer(async ({ previous }) => {
    statuses.push(isTautlineError(previous, 'http') ? previous.status : undefined)
    return previous ? (await refresh.execute()).token : stored
  })
  return {
    auth,
    statuses,
    subject: word,
    refreshes: async () => (await countsOf(harness, path, 'POST')).requests,
  }
}

const newAccount = ({ unique }: EnvironmentHarness, query = '') => `/account?test=${unique()}${query}`

function renewed(harness: EnvironmentHarness): void {
  test('[token-renewal] ten requests with an expired token refresh it once, and all succeed', async () => {
    const { auth, statuses, subject, refreshes } = session(harness, await issue(harness, 'demo', true))
    const word = newAccount(harness)
    const urls = Array.from({ length: 10 }, (_, index) => `${harness.url}${word}&number=${index}`)
    const all = urls.map((url) => look<Account>(url, { headers: auth }))
    await Promise.all(all.map((request) => request.until(isOver)))
    for (const { client, errors, retries } of all) {
      expect(client.getSnapshot()).toMatchObject({ status: 'success', data: { subject } })
      expect([errors, retries]).toEqual([[], []])
    }
    expect(await refreshes()).toBe(1)
    expect(statuses).toEqual([undefined, 401])
    expect(await countsOf(harness, word)).toMatchObject({ requests: 20 })
    // Later requests send the new token at once.
    await fetchOnce<Account>(`${harness.url}${word}&number=later`, { headers: auth })
    expect(await countsOf(harness, `${word}&number=later`)).toMatchObject({ requests: 1 })
    expect(await refreshes()).toBe(1)
  })

  test('[token-renewal] a 401 that arrives after the refresh does not refresh the token again', async () => {
    const { auth, statuses, refreshes } = session(harness, await issue(harness, 'demo', true))
    const word = newAccount(harness)
    const slow = look<Account>(`${harness.url}${word}&delay=300`, { headers: auth })
    const quick = look<Account>(`${harness.url}${word}&number=quick`, { headers: auth })
    await quick.until(isOver)
    expect(await refreshes()).toBe(1)
    await slow.until(isOver)
    for (const { client } of [slow, quick]) expect(client.getSnapshot().status).toBe('success')
    expect(await refreshes()).toBe(1)
    expect(statuses).toEqual([undefined, 401])
    expect(await countsOf(harness, word)).toMatchObject({ requests: 4 })
  })

  test('[token-renewal] a token that expires between two requests is refreshed again', async () => {
    const first = await issue(harness, 'first')
    const { auth, refreshes, subject } = session(harness, first)
    const request = await fetchOnce<Account>(harness.url + newAccount(harness), { headers: auth })
    expect(request.client.getSnapshot().data).toEqual({
      ...request.client.getSnapshot().data,
      subject: 'first',
    })
    await fetch(`${harness.url}/control/token/expire`, {
      method: 'POST',
      body: JSON.stringify({ token: first }),
    })
    await expect(request.client.refetch()).resolves.toMatchObject({ subject })
    expect(await refreshes()).toBe(1)
  })

  test('[token-renewal] retries a POST with the new token, because a 401 means that nothing was done', async () => {
    const { auth, refreshes } = session(harness, 'bad')
    const target = `/v1/chat/completions?auth=1&tokens=3&test=${harness.unique()}`
    const write = client<object>(harness.url + target, { method: 'POST', headers: auth })
    await expect(write.execute({ json: { prompt: 'knots' } })).resolves.toMatchObject({
      object: 'chat.completion',
    })
    expect(await refreshes()).toBe(1)
    expect(await countsOf(harness, target)).toMatchObject({ requests: 2 })
  })

  test('[token-renewal] calls an application’s headers function once for all requests that failed with the same headers', async () => {
    const good = await issue(harness, 'again')
    let renewals = 0
    const headers = async ({ previous }: { readonly previous: Error | undefined }) => {
      if (previous) renewals += 1
      return { Authorization: `Bearer ${previous ? good : 'expired'}` }
    }
    const word = newAccount(harness)
    const all = Array.from({ length: 10 }, (_, index) =>
      look<Account>(`${harness.url}${word}&number=${index}`, { headers }),
    )
    await Promise.all(all.map((one) => one.until(isOver)))
    for (const { client } of all) expect(client.getSnapshot().data?.subject).toBe('again')
    expect(renewals).toBe(1)
    expect(await countsOf(harness, word)).toMatchObject({ requests: 20 })
  })
}

function refused(harness: EnvironmentHarness): void {
  test('[fatal-errors] [token-renewal] a 401 for the refreshed token too is final: an error for each request, and one refresh', async () => {
    let renewals = 0
    const auth = bearer(() => `bad-${(renewals += 1)}`)
    const word = newAccount(harness)
    const all = [1, 2, 3].map((number) =>
      look<Account>(`${harness.url}${word}&number=${number}`, { headers: auth }),
    )
    await Promise.all(all.map((one) => one.until(isOver)))
    for (const { client } of all)
      expect(client.getSnapshot()).toMatchObject({ status: 'error', error: { status: 401 } })
    expect(renewals).toBe(2)
    expect(await countsOf(harness, word)).toMatchObject({ requests: 6 })
  })

  test('[fatal-errors] 401 without a token function is final, and the error has the challenge header', async () => {
    const target = newAccount(harness)
    const request = await fetchOnce<Account>(harness.url + target, {
      headers: { Authorization: 'Bearer bad' },
    })
    const { error } = request.client.getSnapshot()
    expect(error).toMatchObject({ code: 'http', status: 401, problem: { code: 'unauthorized' } })
    const { headers } = error as unknown as { headers: Headers }
    expect(headers.get('www-authenticate')).toMatch(/^Bearer /)
    expect(await countsOf(harness, target)).toMatchObject({ requests: 1 })
  })

  test('[option-functions] [token-renewal] a failed refresh is a failed attempt: it is retried, and onRetry reports it', async () => {
    const good = await issue(harness, 'late')
    let refreshes = 0
    const auth = bearer(({ previous }) => {
      if (!previous) return 'expired'
      refreshes += 1
      if (refreshes < 3) throw new Error('The session server is down')
      return good
    })
    const request = await fetchOnce<Account>(harness.url + newAccount(harness), { headers: auth })
    expect(request.client.getSnapshot()).toMatchObject({ status: 'success', data: { subject: 'late' } })
    const down = { code: 'provider', provider: 'headers' }
    expect(request.retries.map(({ error }) => error)).toMatchObject([down, down])
  })
}

function apart(harness: EnvironmentHarness): void {
  test('[cache-users] does not show a response for one user to another', async () => {
    const target = newAccount(harness)
    const subjects = ['ann', 'bob']
    for (const subject of [...subjects, ...subjects]) {
      const headers = { Authorization: `Bearer ${await issue(harness, subject)}` }
      const request = await fetchOnce<Account>(harness.url + target, { headers })
      expect(request.shown.flatMap(({ data }) => (data ? [data.subject] : []))).toEqual(
        expect.not.arrayContaining(subjects.filter((other) => other !== subject)),
      )
      expect(request.client.getSnapshot().data?.subject).toBe(subject)
      request.leave()
    }
    // Each token counts as another user, so that no response is reused.
    expect(await countsOf(harness, target)).toMatchObject({ requests: 4, notModified: 0 })
  })

  test('[cache-users] [token-renewal] after a login as another user the same function does not show the previous user’s response', async () => {
    const target = newAccount(harness)
    const now = { token: await issue(harness, 'ann') }
    const auth = bearer(() => now.token)
    const request = await fetchOnce<Account>(harness.url + target, { headers: auth })
    expect(request.client.getSnapshot().data?.subject).toBe('ann')
    request.leave()
    now.token = await issue(harness, 'bob')
    auth.forget()
    const other = await fetchOnce<Account>(harness.url + target, { headers: auth })
    expect(other.client.getSnapshot().data?.subject).toBe('bob')
    expect(other.shown.flatMap(({ data }) => (data ? [data.subject] : []))).not.toContain('ann')
    expect(await countsOf(harness, target)).toMatchObject({ requests: 2, notModified: 0 })
  })
}
