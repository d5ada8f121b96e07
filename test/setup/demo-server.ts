import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import { startDemoServer } from '../../packages/demo-server/src/index.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The URLs of the demo server, its fault proxy and its HTTP/2 port: `inject('demoServer')`. */
    demoServer: { url: string; proxyUrl: string; secureUrl: string }
    /** A server without CORS headers, except at `/open`, and a URL at which no server listens. */
    strangers: { deafUrl: string; nobodyUrl: string }
  }
}

/** Responds without CORS headers, so that no page can read it. `/open` can be read, but only without a preflight. */
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
  const { port } = server.address() as AddressInfo // it listens on a port, not on a pipe
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** Starts a server on a free port and passes its URLs to the page, because a page cannot start a server. */
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
