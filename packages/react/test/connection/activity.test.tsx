import { render } from '@testing-library/react'
import * as React from 'react'
import { expect, test } from 'vitest'
import { useConnection } from '@tautline/react/connection'
import { threeTransports, withThree } from '../../../../test/binding-contract/connection/three.ts'
import { connectionPages } from '../../../../test/binding-contract/support/pages.ts'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { connectionDriver } from '../support/driver.tsx'

const { server, open } = connectionPages(connectionDriver)
failOnConsoleOutput()

// React 18 has no Activity, so its project excludes this file.
test('[unmount] <Activity> closes the transport of a hidden component, and a visible one continues after the cursor', async () => {
  const page = open()
  const { log } = server
  log.network['web-socket'] = 'refused'
  const { environment } = withThree(page)
  const options = { environment, remember: false, closeDelay: 500 } as const
  const Feed = () => {
    const { status, cursor } = useConnection(threeTransports(), options)
    return `${status} ${cursor}`
  }
  const app = (mode: 'visible' | 'hidden') => (
    <React.Activity mode={mode}>
      <Feed />
    </React.Activity>
  )
  const { container, rerender, unmount } = render(app('visible'))
  await page.until(() => expect(container.textContent).toBe('open undefined'))
  log.publish('one')
  await page.until(() => expect(container.textContent).toBe('open 1'))
  rerender(app('hidden'))
  await page.advance(500)
  expect(log.running).toEqual([])
  log.publish('two')
  rerender(app('visible'))
  await page.until(() => expect(container.textContent).toBe('open 2'))
  expect(log.attempts.at(-1)).toBe('event-source 1')
  unmount()
})
