import { render } from '@testing-library/react'
import * as React from 'react'
import { collect } from '@tautline/core'
import { expect, test } from 'vitest'
import { useLongPoll } from '@tautline/react'
import { longPollKind } from '../../../../test/binding-contract/long-poll/kind.ts'
import { pollPages } from '../../../../test/binding-contract/support/pages.ts'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { pollDriver } from '../support/driver.tsx'

const { server, open } = pollPages(pollDriver)
failOnConsoleOutput()

// React 18 has no Activity, so its project excludes this file.
test('[unmount] <Activity> aborts the poll of a hidden component, and a visible one continues from its cursor', async () => {
  const page = open()
  const { environment } = page
  const options = { ...longPollKind.plain, environment, closeDelay: 500, reduce: collect() }
  const News = () => {
    const { status, data } = useLongPoll('/hidden', options)
    return `${status} ${data.join()}`
  }
  const app = (mode: 'visible' | 'hidden') => (
    <React.Activity mode={mode}>
      <News />
    </React.Activity>
  )
  const { container, rerender, unmount } = render(app('visible'))
  await page.until(() => expect(container.textContent).toBe('open '))
  server.connection.send('one')
  await page.until(() => expect(container.textContent).toBe('open one'))
  await page.until(() => expect(server.call.since).toBe('1'))
  rerender(app('hidden'))
  await page.advance(500)
  await page.until(() => expect(server.connection.outcome).toBe('left'))
  server.publish('/hidden', 'while hidden')
  rerender(app('visible'))
  await page.until(() => expect(container.textContent).toBe('open one,while hidden'))
  expect(server.calls.map(({ since }) => since).slice(0, 4)).toEqual([undefined, '0', '1', '1'])
  unmount()
})
