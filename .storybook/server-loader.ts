import type { LoaderFunction } from 'storybook/internal/types'
import { setupWorker } from 'msw/browser'
import { mswLoader } from 'msw-storybook-addon/csf3'
import { mockHandlers } from '../stories/mock-server/index.ts'
import { type StoryServer, demoServer, mockServer } from '../stories/server/story-server.ts'

const worker = setupWorker(...mockHandlers)
const reset = mswLoader(() => worker)
let mocking = false

/** The demo server where it is up, and MSW where it is not or where the toolbar says so. */
export const serverLoader: LoaderFunction = async (context) => {
  const found = context.globals['server'] === 'mock' ? undefined : await demoServer()
  if (found !== undefined) {
    // MSW's WebSocket stands in for every URL, also those that it passes on.
    if (mocking) await worker.stop()
    mocking = false
    return { server: found }
  }
  if (!mocking) {
    await worker.start({
      quiet: true,
      onUnhandledFrame: 'bypass',
      // Beside the page, wherever the page may be served from.
      serviceWorker: { url: new URL('mockServiceWorker.js', document.baseURI).href },
    })
  }
  mocking = true
  await reset(context)
  return { server: mockServer }
}

export function serverOf({ server }: Record<string, unknown>): StoryServer {
  return isServer(server) ? server : mockServer
}

function isServer(value: unknown): value is StoryServer {
  return typeof value === 'object' && value !== null && 'kind' in value && 'control' in value
}
