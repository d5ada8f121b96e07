import { createServer } from 'node:net'
import { join } from 'node:path'
import { findNchan, HOW_TO_GET_NCHAN } from '../../../../scripts/nginx.ts'
import { findRedis, HOW_TO_GET_REDIS } from '../../../../scripts/redis.ts'
import { launch, launchNginx, type Launched, temporaryFolder } from '../launch.ts'
import { loadBalancerConfiguration, nodeConfiguration } from './configuration.ts'

export interface Cluster {
  /** The Unix sockets of the two nodes. */
  readonly nodes: readonly string[]
  /** The Unix socket of the load balancer of the example. */
  readonly loadBalancer: string
  /** Stops all programs; resolves when they have ended. */
  stop(): Promise<void>
}

/**
 * Starts Redis, two nodes of nginx with nchan, and nginx as their load balancer.
 *
 * @throws Error if a program is missing or does not start
 */
export async function startCluster(): Promise<Cluster> {
  const nginx = findNchan()
  const redis = findRedis()
  if (!nginx) throw new Error(HOW_TO_GET_NCHAN)
  if (redis === undefined) throw new Error(HOW_TO_GET_REDIS)
  const launched: Launched[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(launched.map((program) => program.stop()))
  }
  const startServer = async (configure: (socket: string) => string): Promise<string> => {
    const folder = temporaryFolder()
    const path = join(folder, 'http.sock')
    launched.push(await launchNginx(folder, nginx.program, configure(path), { path }))
    return path
  }
  try {
    const port = await freePort()
    launched.push(await startRedis(redis, port))
    const startNode = (): Promise<string> => startServer((socket) => nodeConfiguration(nginx, socket, port))
    const nodes = [await startNode(), await startNode()]
    const loadBalancer = await startServer((socket) => loadBalancerConfiguration(socket, nodes))
    return { nodes, loadBalancer, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function startRedis(program: string, port: number): Promise<Launched> {
  const folder = temporaryFolder()
  const options = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ]
  return launch(folder, [program, ...options], { host: '127.0.0.1', port })
}

/** Returns a port on which no server listens. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('A TCP server has a port')
      server.close(() => resolve(address.port))
    })
  })
}
