import { createServer } from 'node:net'

/** Both of what a browser may take `localhost` for. */
const LOOPBACK = ['127.0.0.1', '::1']

/** The first port from `wanted` on that nobody listens on. */
export async function freePort(wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + 100; port++) {
    const free = await Promise.all(LOOPBACK.map((host) => isFree(host, port)))
    if (free.every(Boolean)) return port
  }
  throw new Error(`No free port from ${wanted} to ${wanted + 99}`)
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    // An address that this machine does not have (no IPv6, say) is nobody's.
    server.once('error', (error) => resolve(!('code' in error && error.code === 'EADDRINUSE')))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
