import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express } from 'express'
import { onTestFinished } from 'vitest'
import { type Environment, browserEnvironment } from '@tautline/core'
import { type FaultProxy, startFaultProxy } from '@tautline/demo-server'

/** A server of another project, behind the proxy that breaks connections. */
export interface ForeignServer {
  readonly proxy: FaultProxy
  /** The URL of the proxy. */
  readonly url: string
  /** An environment as of a page on this origin. */
  readonly environment: Partial<Environment>
  /** The status of each response, oldest first. */
  readonly statuses: readonly number[]
  /** The requests, oldest first: their target and headers. */
  readonly requests: readonly { readonly target: string; readonly headers: NodeJS.Dict<string | string[]> }[]
  /** Breaks the open connections. */
  cut(): void
}

/** Starts an Express application until the test ends. */
export function startExpress(addRoutes: (app: Express) => void): Promise<ForeignServer> {
  const app = express()
  addRoutes(app)
  return startForeign(createServer(app))
}

/** Starts a server of any framework until the test ends. */
export async function startForeign(server: Server): Promise<ForeignServer> {
  const statuses: number[] = []
  const requests: ForeignServer['requests'][number][] = []
  server.prependListener('request', (request, response) => {
    requests.push({ target: request.url ?? '', headers: request.headers })
    response.on('finish', () => void statuses.push(response.statusCode))
  })
  const port = await listen(server)
  const proxy = await startFaultProxy({ target: { host: '127.0.0.1', port } })
  onTestFinished(async () => {
    await proxy.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const url = `http://127.0.0.1:${proxy.port}`
  return {
    proxy,
    url,
    environment: { ...browserEnvironment(), baseUrl: url },
    statuses,
    requests,
    cut: () => void proxy.strike({ fault: 'reset' }),
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port // of a TCP server
}

/** Retries at once and has no close delay, so that a test neither waits nor leaves a connection open. */
export const brisk = { retry: { delay: () => 5 }, closeDelay: 0 } as const
