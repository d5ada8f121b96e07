// @vitest-environment node
import { StrictMode, useSyncExternalStore } from 'react'
import { renderToPipeableStream, renderToString } from 'react-dom/server'
import { text } from 'node:stream/consumers'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { collect } from '@tautline/core'
import { createTestEnvironment } from '@tautline/core/testing'
import { TautlineProvider, useEventSource, useWebSocket } from '@tautline/react'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'

failOnConsoleOutput()

function Connection({ url }: { readonly url: string | null }) {
  const { status, data, attempt, latency, queued } = useWebSocket(url, { initialData: 'nothing yet' })
  return <p>{[status, data, attempt, latency, queued].join()}</p>
}

test('[server-rendering] without a DOM nothing is opened, and the initial state is rendered', async () => {
  expect(typeof document).toBe('undefined')
  expect(useSyncExternalStore).toBeDefined()
  const environment = createTestEnvironment()
  const app = (
    <StrictMode>
      <TautlineProvider options={{ environment }}>
        <Connection url="/ssr" />
        <Connection url={null} />
      </TautlineProvider>
    </StrictMode>
  )
  const html = '<p>connecting,nothing yet,0,,0</p><p>idle,nothing yet,0,,0</p>'
  expect(renderToString(app)).toBe(html)
  const streamed = await text(renderToPipeableStream(app).pipe(new PassThrough()))
  expect(streamed).toContain(html)
  await environment.advance(60_000)
  expect(environment.sockets).toEqual([])
  expect(environment.timers).toBe(0)
  expect(environment.listeners).toBe(0)
})

test('[server-rendering] a relative URL is no error on a server', () => {
  const environment = createTestEnvironment({ baseUrl: undefined })
  const app = (
    <TautlineProvider options={{ environment }}>
      <Connection url="/relative" />
    </TautlineProvider>
  )
  expect(renderToString(app)).toContain('connecting')
})

function TextStream({ url }: { readonly url: string | null }) {
  const { status, data, lastEventId } = useEventSource(url, {
    method: 'POST',
    body: { prompt: 'hello' },
    lastEventId: '7',
    reduce: collect(),
  })
  return <p>{[status, data.length, lastEventId].join()}</p>
}

test('[server-rendering] without a DOM no stream is requested', async () => {
  const environment = createTestEnvironment({ baseUrl: undefined })
  const app = (
    <StrictMode>
      <TautlineProvider options={{ environment }}>
        <TextStream url="/chat" />
        <TextStream url={null} />
      </TautlineProvider>
    </StrictMode>
  )
  const html = '<p>connecting,0,7</p><p>idle,0,7</p>'
  expect(renderToString(app)).toBe(html)
  expect(await text(renderToPipeableStream(app).pipe(new PassThrough()))).toContain(html)
  await environment.advance(60_000)
  expect(environment.requests).toEqual([])
  expect(environment.timers).toBe(0)
  expect(environment.listeners).toBe(0)
})
