import { render } from '@testing-library/react'
import { type ReactNode, Suspense } from 'react'
import { expect, test } from 'vitest'
import { useConnection } from '@tautline/react/connection'
import { threeTransports, withThree } from '../../../../test/binding-contract/connection/three.ts'
import type { ConnectionPage } from '../../../../test/binding-contract/support/page.ts'
import { connectionPages } from '../../../../test/binding-contract/support/pages.ts'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { connectionDriver } from '../support/driver.tsx'
import { lazyUntil } from '../support/suspending.tsx'

const { server, open } = connectionPages(connectionDriver)
failOnConsoleOutput()

function Feed({ page, children }: { readonly page: ConnectionPage; readonly children?: ReactNode }) {
  const { environment } = withThree(page)
  const { status, transport } = useConnection(threeTransports(), { environment, remember: false })
  return (
    <>
      {status} {transport} {children}
    </>
  )
}

test('[unmount] a component that suspends before its first commit tries no transport', async () => {
  const page = open()
  const { Later, arrive } = lazyUntil()
  const { container, unmount } = render(
    <Suspense fallback="waiting">
      <Feed page={page}>
        <Later />
      </Feed>
    </Suspense>,
  )
  await page.settle()
  expect(container.textContent).toBe('waiting')
  expect(server.log.attempts).toEqual([])
  expect(page.timers).toBe(0)
  arrive()
  await page.until(() => expect(container.textContent).toBe('open web-socket here'))
  expect(server.log.attempts).toEqual(['web-socket'])
  unmount()
})

test('[unmount] unmounting while two transports are tried, inside a boundary, ends both', async () => {
  const page = open()
  const { log } = server
  Object.assign(log.network, { 'web-socket': 'silent', 'event-source': 'deaf' })
  const { unmount } = render(
    <Suspense>
      <Feed page={page} />
    </Suspense>,
  )
  await page.until(() => expect(log.attempts).toEqual(['web-socket']))
  await page.advance(2000)
  expect(log.attempts).toEqual(['web-socket', 'event-source'])
  expect(log.unfinished).toHaveLength(2)
  unmount()
  await page.advance(1000)
  expect(log.unfinished).toEqual([])
})
