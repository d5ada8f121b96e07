import type { TestProject } from 'vitest/node'
import { startDemoServer } from '../../../packages/demo-server/src/index.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Another demo server, for tests that send hundreds of requests: `inject('stormServer')`. */
    stormServer: { url: string; proxyUrl: string }
  }
}

/** A separate server, because a server remembers only the last 200 requests, and other tests count these. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startDemoServer({ port: 0 })
  project.provide('stormServer', { url: server.url, proxyUrl: server.proxyUrl })
  return () => server.close()
}
