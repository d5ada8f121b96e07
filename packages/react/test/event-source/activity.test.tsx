import { render } from '@testing-library/react'
import * as React from 'react'
import { expect, test } from 'vitest'
import { useEventSource } from '@tautline/react'
import { streamPages } from '../../../../test/binding-contract/support/pages.ts'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { streamDriver } from '../support/driver.tsx'

const { server, open } = streamPages(streamDriver)
failOnConsoleOutput()

// React 18 has no Activity, so its project excludes this file.
test('[unmount] <Activity> aborts the stream of a hidden component, and a visible one resumes it', async () => {
  const page = open()
  const options = { environment: page.environment, closeDelay: 500 }
  const Connection = () => useEventSource('/status', options).status
  const app = (mode: 'visible' | 'hidden') => (
    <React.Activity mode={mode}>
      <Connection />
    </React.Activity>
  )
  const { container, rerender, unmount } = render(app('visible'))
  await page.until(() => expect(container.textContent).toBe('open'))
  server.call.write('id: 7\n\n')
  await page.settle()
  rerender(app('hidden'))
  await page.advance(500)
  await page.until(() => expect(server.call.aborted).toBe(true))
  rerender(app('visible'))
  await page.until(() => expect(server.calls).toHaveLength(2))
  await page.until(() => expect(container.textContent).toBe('open'))
  expect(server.call.headers.get('last-event-id')).toBe('7')
  unmount()
})
