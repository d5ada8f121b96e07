import { render } from '@testing-library/react'
import * as React from 'react'
import { expect, test } from 'vitest'
import { useWebSocket } from '@tautline/react'
import { socketPages } from '../../../../test/binding-contract/support/pages.ts'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { socketDriver } from '../support/driver.tsx'

const { server, open } = socketPages(socketDriver)
failOnConsoleOutput()

// React 18 has no Activity, so its project excludes this file.
test('[unmount] <Activity> closes the connection of a hidden component, and a visible one opens it again', async () => {
  const page = open()
  const options = { environment: page.environment, closeDelay: 500 }
  const Connection = () => useWebSocket('/hidden', options).status
  const app = (mode: 'visible' | 'hidden') => (
    <React.Activity mode={mode}>
      <Connection />
    </React.Activity>
  )
  const { container, rerender, unmount } = render(app('visible'))
  await page.until(() => expect(container.textContent).toBe('open'))
  rerender(app('hidden'))
  await page.advance(500)
  expect(server.peer.closed).toMatchObject({ code: 1000 })
  rerender(app('visible'))
  await page.until(() => expect(server.peers).toHaveLength(2))
  await page.until(() => expect(container.textContent).toBe('open'))
  unmount()
})
