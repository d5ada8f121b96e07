import { createServer, type Socket } from 'node:net'
import { createEventLog, type EventLog } from '../event-log.ts'
import { type Fields, fieldsOf, ruleInQuery } from '../input.ts'
import { closeServer, listen, portOf, type WhenTaken } from '../listen.ts'
import { createRuleBook, type StandingRule } from '../rule-book.ts'
import { createLink, type Link, type LinkCounts, type LinkEvent } from './link.ts'
import {
  type ArmedFault,
  type ProxyFaultOptions,
  type ProxyRule,
  readArmedFault,
  readRule,
  readScope,
  type Scope,
  type SettledRule,
} from './rules.ts'

/** An event that the proxy logs, with the number of its connection. */
export type ProxyEvent = LinkEvent & { readonly connection: number; readonly at: number }

export interface ProxyConnection {
  /** The number of the connection, from 1, in the order of arrival. */
  readonly connection: number
  readonly target: string | undefined
  readonly counts: LinkCounts
}

export interface ProxyRules {
  /** @throws Problem when the rule is invalid. */
  add(rule: ProxyRule): StandingRule<SettledRule>
  list(): readonly StandingRule<SettledRule>[]
  remove(id: string): boolean
  /** Removes all rules, and returns their number. */
  clear(): number
}

export interface FaultProxy {
  readonly host: string
  readonly port: number
  /** The rules for new connections. */
  readonly rules: ProxyRules
  /** The events of all connections. */
  readonly log: EventLog<ProxyEvent>
  /** The open connections. */
  connections(): readonly ProxyConnection[]
  /** Arms a fault on open connections, and returns their numbers. @throws Problem when the fault is invalid. */
  strike(
    fault: ProxyFaultOptions,
    scope?: { readonly match?: string; readonly connection?: number },
  ): readonly number[]
  /** Adds a rule from untrusted fields, or arms a fault on open connections with `live: true`. @throws Problem */
  apply(fields: Fields): StandingRule<SettledRule> | { readonly connections: readonly number[] }
  close(): Promise<void>
}

export interface FaultProxyOptions {
  /** The server's address. The proxy reads it for each connection. */
  readonly target: { readonly host: string; readonly port: number }
  /** @default '127.0.0.1' */
  readonly host?: string
  /** 0 picks a free port. @default 0 */
  readonly port?: number
  /** @default 'fail' */
  readonly whenTaken?: WhenTaken
}

const inScope = (scope: Scope, connection: number, target: string | undefined): boolean =>
  (scope.connection === undefined || scope.connection === connection) &&
  (scope.match === undefined || target?.startsWith(scope.match) === true)

/** Reads the fault that a URL requests for itself: `?proxy=half-open&proxy-after-frames=2`. */
function faultsInTarget(target: string): readonly ArmedFault[] {
  const fields = ruleInQuery(new URL(target, 'http://proxy').searchParams, 'proxy')
  if (fields === undefined) return []
  const armed = readArmedFault(fields)
  fields.nothingElse()
  return [armed]
}

/** Starts a TCP proxy on loopback that breaks connections on demand. It forwards bytes unchanged. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { target, host = '127.0.0.1', port = 0, whenTaken = 'fail' } = options
  const rules = createRuleBook<SettledRule>('p')
  const log = createEventLog<ProxyEvent>()
  const links = new Map<number, Link>()
  let arrived = 0

  function serve(client: Socket): void {
    const connection = (arrived += 1)
    const note = (event: LinkEvent): void => log.add({ ...event, connection, at: Date.now() })
    note({ type: 'connected' })
    const link = createLink({
      client,
      target,
      note,
      faultsFor: (requestTarget) => [
        ...faultsInTarget(requestTarget),
        ...rules.takeAll((rule) => rule.match !== undefined && inScope(rule, connection, requestTarget)),
      ],
      onClosed: () => links.delete(connection),
    })
    links.set(connection, link)
    const early = rules.takeAll((rule) => rule.match === undefined && inScope(rule, connection, undefined))
    for (const rule of early) link.arm(rule)
  }

  function strike(fields: Fields): readonly number[] {
    const armed = readArmedFault(fields)
    const scope = readScope(fields)
    fields.nothingElse()
    const hit = [...links].filter(([connection, link]) => inScope(scope, connection, link.target))
    for (const [, link] of hit) link.arm(armed)
    return hit.map(([connection]) => connection)
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, serve)
  await listen(server, { host, port, whenTaken })

  return {
    host,
    port: portOf(server),
    log,
    rules: { ...rules, add: (rule) => rules.add(readRule(fieldsOf(rule))) },
    connections: () =>
      [...links].map(([connection, link]) => ({ connection, target: link.target, counts: link.counts() })),
    strike: (faultOptions, scope = {}) => strike(fieldsOf({ ...faultOptions, ...scope })),
    apply: (fields) =>
      fields.flag('live', false) ? { connections: strike(fields) } : rules.add(readRule(fields)),
    close() {
      for (const link of links.values()) link.destroy()
      return closeServer(server)
    },
  }
}
