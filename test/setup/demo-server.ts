import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import { startDemoServer } from '../../packages/demo-server/src/index.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the demo server, the fault proxy in front of it and its HTTP/2 side listen: `inject('demoServer')`. */
    demoServer: { url: string; proxyUrl: string; secureUrl: string }
    /** A server that never heard of CORS, but lets `/open` be read; and an address at which nobody listens. */
    strangers: { deafUrl: string; nobodyUrl: string }
  }
}

/** Answers everything, and lets no page read it. `/open` may be read, but asked for with no header that needs permission. */
async function startDeafServer() {
  const server = createServer((request, response) => {
    request.resume()
    response.setHeader('Content-Type', 'application/json')
    if (request.url?.startsWith('/open')) {
      response.setHeader('Access-Control-Allow-Origin', '*')
      response.setHeader('Access-Control-Expose-Headers', 'ETag')
      response.setHeader('ETag', '"1"')
    }
    response.end('{"secret":true}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens at a port, not at a pipe
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** A page cannot start a server, so it is started here, on a free port, and its addresses are handed to the page. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startDemoServer({ port: 0 })
  const deaf = await startDeafServer()
  const nobody = await startDeafServer()
  await nobody.close()
  const { url, proxyUrl, secureUrl } = server
  project.provide('demoServer', { url, proxyUrl, secureUrl })
  project.provide('strangers', { deafUrl: deaf.url, nobodyUrl: nobody.url })
  return async () => {
    await Promise.all([server.close(), deaf.close()])
  }
}
