import type { TestProject } from 'vitest/node'
import { startDemoServer } from '../../../packages/demo-server/src/index.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Another demo server, for tests that make hundreds of requests: `inject('stormServer')`. */
    stormServer: { url: string; proxyUrl: string }
  }
}

/** One of its own: a server remembers the last 200 requests, and elsewhere tests count them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startDemoServer({ port: 0 })
  project.provide('stormServer', { url: server.url, proxyUrl: server.proxyUrl })
  return () => server.close()
}
