import { render } from '@testing-library/react'
import { StrictMode, useEffect } from 'react'
import { expect, test } from 'vitest'
import { useWebSocket } from '@tautline/react'
import type { Options } from '../../../test/binding-contract/driver.ts'
import { expectQuietConsole } from '../../../test/binding-contract/run.ts'
import { pages } from '../../../test/binding-contract/pages.ts'
import { driver } from './driver.tsx'

const { server, open } = pages(driver)
expectQuietConsole()

interface Props {
  readonly options: Options
}

function Line({ options }: Props) {
  return useWebSocket('/strict', options).status
}

function Greeting({ options }: Props) {
  const { send } = useWebSocket('/strict', options)
  useEffect(() => void send('hello'), [send])
  return null
}

for (const linger of [0, 1000]) {
  test(`6: StrictMode opens one connection, not two, with a linger of ${linger} ms`, async () => {
    const page = open()
    const heard: unknown[] = []
    const options = {
      environment: page.environment,
      linger,
      onMessage: (message: unknown) => heard.push(message),
    }
    const { container, unmount } = render(<Line options={options} />, { wrapper: StrictMode })
    await page.until(() => expect(container.textContent).toBe('open'))
    server.peer.say('once')
    await page.advance(60_000)
    expect(heard).toEqual(['once'])
    expect(server.peers).toHaveLength(1)
    unmount()
    await page.advance(linger)
    expect(server.peer.closed).toMatchObject({ code: 1000 })
  })
}

test('13: what effects send before the line is open arrives, in order', async () => {
  const page = open()
  const { unmount } = render(<Greeting options={{ environment: page.environment }} />, {
    wrapper: StrictMode,
  })
  await page.until(() => expect(server.peers[0]?.received).toEqual(['hello', 'hello']))
  unmount()
})
