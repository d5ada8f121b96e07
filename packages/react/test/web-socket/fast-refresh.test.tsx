import { createRequire } from 'node:module'
import { type ReactNode, createElement, useEffect, version } from 'react'
import type * as clients from 'react-dom/client'
// @ts-expect-error -- it has no types; `Runtime` has those that are used
import untyped from 'react-refresh/runtime'
import { expect, test } from 'vitest'
import { text } from '@tautline/core'
import { useWebSocket } from '@tautline/react'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { socketPages } from '../../../../test/binding-contract/support/pages.ts'
import { socketDriver } from '../support/driver.tsx'

const { server, open } = socketPages(socketDriver)
failOnConsoleOutput()

interface Runtime {
  injectIntoGlobalHook(page: Window): void
  register(component: () => ReactNode, name: string): void
  setSignature(component: () => ReactNode, hooks: string): void
  performReactRefresh(): void
}
const runtime = untyped as Runtime

/** A renderer loaded after the refresh runtime, as in a development server. */
function refreshableClient(): typeof clients {
  const tree = version.startsWith('18')
    ? '../../../../test/react-18/package.json'
    : '../../../../package.json'
  const require = createRequire(new URL(tree, import.meta.url))
  const renderer = /node_modules\/(react-dom|scheduler)\//
  for (const path of Object.keys(require.cache)) if (renderer.test(path)) delete require.cache[path]
  runtime.injectIntoGlobalHook(window)
  return require('react-dom/client') as typeof clients
}

test('[unmount] Fast Refresh keeps the connection and uses the new handlers', async () => {
  const page = open()
  const { createRoot } = refreshableClient()
  const received: string[] = []
  let effects = 0

  /** The component after an edit, registered as by the bundler's plugin. */
  const edited = (edition: string) => {
    const Connection = (): ReactNode => {
      const { status } = useWebSocket('/refreshed', {
        codec: text(),
        environment: page.environment,
        onMessage: (message) => received.push(`${edition} ${message}`),
      })
      useEffect(() => void effects++, [])
      return `${edition} ${status}`
    }
    runtime.register(Connection, 'Connection')
    runtime.setSignature(Connection, 'useWebSocket useEffect')
    return Connection
  }

  const container = document.createElement('div')
  const root = createRoot(container)
  root.render(createElement(edited('first')))
  await page.until(() => expect(container.textContent).toBe('first open'))
  server.peer.send('a')
  await page.until(() => expect(received).toEqual(['first a']))
  expect(effects).toBe(1)

  edited('second')
  runtime.performReactRefresh()
  await page.until(() => expect(container.textContent).toBe('second open'))
  // An effect without dependencies has run again: this was a refresh, not just a render.
  await page.until(() => expect(effects).toBe(2))
  server.peer.send('b')
  await page.until(() => expect(received).toEqual(['first a', 'second b']))
  await page.advance(60_000)
  expect(server.peers).toHaveLength(1)
  expect(server.peer.closed).toBeUndefined()
  root.unmount()
  await page.advance(1000)
  expect(server.peer.closed).toBeDefined()
})
