import { inject } from 'vitest'
import type { FaultRule, ProxyFaultOptions, ProxyRule, ServerState } from '@tautline/demo-server'

/** Where the server and the proxy that breaks lines listen. */
export const { url, proxyUrl } = inject('demoServer')

async function callControlRoute(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(url + path, { method, ...(body && { body: JSON.stringify(body) }) })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return response.json()
}

export const addFault = (rule: FaultRule) => callControlRoute('POST', '/control/fault', rule)
export const addProxyRule = (rule: ProxyRule) => callControlRoute('POST', '/control/proxy', rule)
/** Strikes the connections that are open. */
export const strike = (fault: ProxyFaultOptions, match: string) =>
  callControlRoute('POST', '/control/proxy', { ...fault, match, live: true })
export const closeAll = (code: number, match: string) =>
  callControlRoute('POST', '/control/close', { code, match })

// The response is what `ServerState` describes.
export const state = async () => (await callControlRoute('GET', '/control/state')) as ServerState

/** The server's open connections whose target begins so. */
export const connectionsTo = async (target: string) =>
  (await state()).connections.filter((connection) => connection.target.startsWith(target))

/** How many handshakes there have been whose target begins so. */
export const attemptsAt = async (target: string) =>
  (await state()).attempts.filter((attempt) => attempt.target.startsWith(target)).length

/** How far the client of this numbered stream has got, by the server's count. */
export async function acked(stream: string): Promise<number> {
  const { endpoints } = await state()
  // What the endpoint `counted` describes.
  const { streams } = endpoints['counted'] as { streams: Record<string, { acked: number }> }
  return streams[stream]?.acked ?? 0
}

const page = Math.random().toString(36).slice(2)
let targets = 0

/** A word that no other test uses: all files speak to one server. */
export const unique = (): string => `${page}-${(targets += 1)}.`

export const newTarget = (path: string): string => `${path}?test=${unique()}`
