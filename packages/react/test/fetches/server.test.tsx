// @vitest-environment node
import { StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { createTestEnvironment } from '@tautline/core/testing'
import { TautlineProvider, useFetches } from '@tautline/react'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'

failOnConsoleOutput()

function List() {
  const results = useFetches([{ url: '/a' }, { url: '/b', initialData: 'given' }, { url: null }])
  return <p>{results.map(({ status, data, isFetching }) => [status, data, isFetching].join()).join(';')}</p>
}

test('[fetches] without a DOM no request is sent, and the initial states are rendered', async () => {
  const environment = createTestEnvironment({ baseUrl: undefined, isServer: true })
  const html = renderToString(
    <StrictMode>
      <TautlineProvider options={{ environment }}>
        <List />
      </TautlineProvider>
    </StrictMode>,
  )
  expect(html).toBe('<p>pending,,true;success,given,true;idle,,false</p>')
  await environment.advance(60_000)
  expect([environment.requests, environment.timers]).toEqual([[], 0])
})
