import { act } from '@testing-library/react'
import { StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { text } from '@tautline/core'
import { useWebSocket } from '@tautline/react'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { socketPages } from '../../../../test/binding-contract/support/pages.ts'
import { socketDriver } from '../support/driver.tsx'

const { server, open } = socketPages(socketDriver)
failOnConsoleOutput()

test('[server-rendering] hydration matches the HTML of the server, and then a connection opens', async () => {
  const page = open()
  const rendered: string[] = []
  function Connection() {
    const { status, data } = useWebSocket('/hydrated', {
      codec: text(),
      environment: page.environment,
      initialData: 'none',
    })
    rendered.push(status)
    return (
      <p>
        {status} {data}
      </p>
    )
  }
  const app = (
    <StrictMode>
      <Connection />
    </StrictMode>
  )
  const container = document.createElement('div')
  container.innerHTML = renderToString(app)
  expect(container.textContent).toBe('connecting none')
  await page.settle()
  expect(server.peers).toEqual([])
  const html = container.firstElementChild
  rendered.length = 0
  const recovered: unknown[] = []
  const root = hydrateRoot(container, app, { onRecoverableError: (error) => recovered.push(error) })
  await page.until(() => expect(container.textContent).toBe('open none'))
  expect(rendered[0]).toBe('connecting')
  expect(recovered).toEqual([])
  // The element of the server was hydrated, not created again.
  expect(container.firstElementChild).toBe(html)
  expect(server.peers).toHaveLength(1)
  act(() => root.unmount())
})
