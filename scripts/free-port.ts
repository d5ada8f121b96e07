import { createServer } from 'node:net'

/** A browser may resolve `localhost` to either of them. */
const LOOPBACK = ['127.0.0.1', '::1']

/** Finds the first port, from `first` on, on which no server listens. */
export async function freePort(first: number): Promise<number> {
  for (let port = first; port < first + 100; port++) {
    const free = await Promise.all(LOOPBACK.map((host) => isFree(host, port)))
    if (free.every(Boolean)) return port
  }
  throw new Error(
    `All ports from ${first} to ${first + 99} are in use. Stop one of the servers that listen there.`,
  )
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    // Another error means that the machine does not have this address, for example without IPv6.
    server.once('error', (error) => resolve(!('code' in error && error.code === 'EADDRINUSE')))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
