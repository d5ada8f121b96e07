import type { TestProject } from 'vitest/node'
import { startDemoServer } from '../../packages/demo-server/src/index.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the demo server, the fault proxy in front of it and its HTTP/2 side listen: `inject('demoServer')`. */
    demoServer: { url: string; proxyUrl: string; secureUrl: string }
  }
}

/** A page cannot start a server, so it is started here, on a free port, and its addresses are handed to the page. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startDemoServer({ port: 0 })
  const { url, proxyUrl, secureUrl } = server
  project.provide('demoServer', { url, proxyUrl, secureUrl })
  return () => server.close()
}
