import { render } from '@testing-library/react'
import { StrictMode } from 'react'
import { expect, test } from 'vitest'
import { collect } from '@tautline/core'
import { useConnection } from '@tautline/react/connection'
import { threeTransports, withThree } from '../../../../test/binding-contract/connection/three.ts'
import type { ConnectionOptions } from '../../../../test/binding-contract/support/driver.ts'
import { connectionPages } from '../../../../test/binding-contract/support/pages.ts'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { connectionDriver } from '../support/driver.tsx'

const { server, open } = connectionPages(connectionDriver)
failOnConsoleOutput()

function Feed({
  options,
}: {
  readonly options: Pick<ConnectionOptions, 'environment' | 'codec' | 'isNext' | 'remember'>
}) {
  const { data, status, transport } = useConnection(threeTransports(), {
    ...options,
    reduce: collect({ limit: 1000 }),
  })
  return `${status} ${transport} ${data.join()}`
}

test('[connection-inline] in StrictMode two components with inline lists share one attempt of each transport', async () => {
  const page = open()
  const { log } = server
  log.network['web-socket'] = 'refused'
  const { environment, codec, isNext } = withThree(page)
  const options = { environment, codec, isNext, remember: false } as const
  const app = () => (
    <StrictMode>
      <Feed options={options} />
      <Feed options={options} />
    </StrictMode>
  )
  const { container, rerender, unmount } = render(app())
  await page.until(() => expect(container.textContent).toBe('open event-source open event-source '))
  const texts = Array.from({ length: 300 }, (_text, index) => `m${index}`)
  for (const text of texts) {
    log.publish(text)
    rerender(app())
  }
  const feed = `open event-source ${texts.join()}`
  await page.until(() => expect(container.textContent).toBe(`${feed}${feed}`))
  expect(log.attempts).toEqual(['web-socket', 'event-source'])
  unmount()
  await page.advance(60_000)
  expect(log.running).toEqual([])
})
