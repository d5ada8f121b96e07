import { inject } from 'vitest'
import type { FaultRule, ProxyFaultOptions, ProxyRule, ServerState } from '@tautline/demo-server'

/** The URLs of the server and of the proxy that breaks connections. */
export const { url, proxyUrl } = inject('demoServer')

/** The same server under a name that does not count as local, because local servers are reached while offline too. */
export const remoteUrl = url.replace(/127\.0\.0\.1|localhost/, 'tautline.test')

async function callControlRoute(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(url + path, { method, ...(body && { body: JSON.stringify(body) }) })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return response.json()
}

export const addFault = (rule: FaultRule) => callControlRoute('POST', '/control/fault', rule)
export const addProxyRule = (rule: ProxyRule) => callControlRoute('POST', '/control/proxy', rule)
/** Breaks the open connections. */
export const strike = (fault: ProxyFaultOptions, match: string) =>
  callControlRoute('POST', '/control/proxy', { ...fault, match, live: true })
export const closeAll = (code: number, match: string) =>
  callControlRoute('POST', '/control/close', { code, match })

// `ServerState` describes the response.
export const state = async () => (await callControlRoute('GET', '/control/state')) as ServerState

/** The server's open connections whose target begins with this text. */
export const connectionsTo = async (target: string) =>
  (await state()).connections.filter((connection) => connection.target.startsWith(target))

/** The number of handshakes whose target begins with this text. */
export const attemptsAt = async (target: string) =>
  (await state()).attempts.filter((attempt) => attempt.target.startsWith(target)).length

/** The progress of this numbered stream's client, as the server counts it. */
export async function acked(stream: string): Promise<number> {
  const { endpoints } = await state()
  // The format of the endpoint `counted`.
  const { streams } = endpoints['counted'] as { streams: Record<string, { acked: number }> }
  return streams[stream]?.acked ?? 0
}

let hosts = 0

/** Returns the same server under a new name: a browser opens at most six HTTP/1.1 connections to one name. */
export const newHost = (): string => remoteUrl.replace('tautline', `host-${(hosts += 1)}.tautline`)

const page = Math.random().toString(36).slice(2)
let targets = 0

/** Returns a word that no other test uses: all files use the same server. */
export const unique = (): string => `${page}-${(targets += 1)}.`

export const newTarget = (path: string): string => `${path}?test=${unique()}`
