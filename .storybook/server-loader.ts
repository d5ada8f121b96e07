import type { LoaderFunction } from 'storybook/internal/types'
import { setupWorker } from 'msw/browser'
import { mswLoader } from 'msw-storybook-addon/csf3'
import { mockHandlers } from '../stories/mock-server/index.ts'
import { type StoryServer, demoServer, mockServer } from '../stories/server/story-server.ts'

const worker = setupWorker(...mockHandlers)
const reset = mswLoader(() => worker)
let mocking = false

/** Loads the demo server if it is running. If not, or if the toolbar says "Mock", starts the mock (MSW). */
export const serverLoader: LoaderFunction = async (context) => {
  const demo = context.globals['server'] === 'mock' ? undefined : await demoServer()
  if (demo !== undefined) {
    // A running MSW replaces the WebSocket class for every URL, even for those that it does not mock.
    if (mocking) await worker.stop()
    mocking = false
    return { server: demo }
  }
  if (!mocking) {
    await worker.start({
      quiet: true,
      onUnhandledFrame: 'bypass',
      // Relative to the page, because a static build may be served from any path.
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
