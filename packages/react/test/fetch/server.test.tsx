// @vitest-environment node
import { StrictMode, Suspense } from 'react'
import { renderToPipeableStream, renderToString } from 'react-dom/server'
import { text } from 'node:stream/consumers'
import { PassThrough } from 'node:stream'
import { expect, test, vi } from 'vitest'
import { collect, createFetch, createFetchCache } from '@tautline/core'
import { createTestEnvironment } from '@tautline/core/testing'
import { TautlineProvider, useFetch, useSuspenseFetch } from '@tautline/react'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'

failOnConsoleOutput()

function User({ url, initialData }: { readonly url: string | null; readonly initialData?: string }) {
  const { status, data, isFetching, attempt, response } = useFetch<string>(url, { initialData })
  return <p>{[status, data, isFetching, attempt, response?.status].join()}</p>
}

function Log() {
  const { data } = useFetch<string>('/log', { reduce: collect() })
  return <p>{data?.length}</p>
}

test('[server-rendering] without a DOM no request is sent, and the initial state is rendered, with initialData', async () => {
  expect(typeof document).toBe('undefined')
  const environment = createTestEnvironment({ baseUrl: undefined, isServer: true })
  const app = (
    <StrictMode>
      <TautlineProvider options={{ environment }}>
        <User url="/user" />
        <User url={null} />
        <User url="/given" initialData="Ada" />
        <Log />
      </TautlineProvider>
    </StrictMode>
  )
  const html = '<p>pending,,true,0,</p><p>idle,,false,0,</p><p>success,Ada,true,0,</p><p>0</p>'
  expect(renderToString(app)).toBe(html)
  expect(await text(renderToPipeableStream(app).pipe(new PassThrough()))).toContain(html)
  await environment.advance(60_000)
  expect(environment.requests).toEqual([])
  expect(environment.timers).toBe(0)
  expect(environment.listeners).toBe(0)
})

test('[server-rendering] a response that a server fetched for one user is not cached for another', async () => {
  const environment = createTestEnvironment({ isServer: true })
  const renderWith = async (body: string) => {
    const promise = createFetch<string>('/me', { environment }).execute()
    await environment.advance(0)
    environment.request.respond({ headers: { 'content-type': 'text/plain', 'cache-control': 'max-age=60' } })
    environment.request.write(body)
    environment.request.end()
    await environment.advance(0)
    return promise
  }
  expect(await renderWith('Ada')).toBe('Ada')
  const html = renderToString(
    <TautlineProvider options={{ environment }}>
      <User url="/me" />
    </TautlineProvider>,
  )
  expect(html).not.toContain('Ada')
  expect(await renderWith('Eve')).toBe('Eve')
})

function Awaited({ url, initialData }: { readonly url: string; readonly initialData?: string }) {
  const { status, data } = useSuspenseFetch<string>(url, { initialData })
  return <p>{`${status} ${data}`}</p>
}

test('[suspense] [server-rendering] streaming waits for the response, once for a cache; without a cache it is an error', async () => {
  const environment = createTestEnvironment({ isServer: true })
  const errors: unknown[] = []
  const stream = (cache?: ReturnType<typeof createFetchCache>) =>
    text(
      renderToPipeableStream(
        <TautlineProvider options={{ environment, fetch: { cache } }}>
          <Suspense fallback="waiting">
            <Awaited url="/user" />
            <Awaited url="/user" />
          </Suspense>
          <Awaited url="/given" initialData="Eve" />
        </TautlineProvider>,
        { onError: (error) => void errors.push(error) },
      ).pipe(new PassThrough()),
    )
  const html = stream(createFetchCache())
  await vi.waitFor(() => expect(environment.requests).toHaveLength(1))
  environment.request.respond({ headers: { 'content-type': 'text/plain' } })
  environment.request.write('Ada')
  environment.request.end()
  await environment.advance(0)
  expect((await html).split('<p>success Ada</p>')).toHaveLength(3)
  expect(environment.requests).toHaveLength(1)
  expect(errors).toEqual([])
  expect(await stream()).toContain('waiting')
  expect(errors).toMatchObject([{ code: 'bad-option', option: 'cache' }])
  await environment.advance(60_000)
  expect(environment.requests).toHaveLength(1)
  expect(environment.timers).toBe(0)
})
