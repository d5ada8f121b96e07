import type { Driver, Kind, Line, Lead, Audience, Port } from './protocol.ts'
import { createAudience } from './subscribers.ts'
import { type Connection, type ConnectionParts, createConnection } from './interpreter.ts'
import type { Environment } from '../platform/environment.ts'
import { tellAll } from '../shared/safe-call.ts'
import type { Occurred } from '../machine/connection-state.ts'
import type { OpenInfo } from '../shared/hook-events.ts'
import { headersOf } from './identity.ts'
import type { Identity } from '../shared/identity.ts'
import { type Container, type Owned, type Scope, enlistContainer, isMeant } from '../observer/members.ts'
import { warnOfPrivateLines } from '../platform/dev-warnings.ts'

/** The lines of an environment, by what they are known by. */
class Pool extends Map<string, Line<unknown, Owned['options'], unknown>> implements Container {
  /** Closes the lines of a user who has logged out, also those that linger. */
  forget(scope: Scope): void {
    const lines = Array.from(this.values())
    for (const { environment, lead, connection, audience } of lines) {
      if (!isMeant(scope, { environment, options: lead.options })) continue
      audience.reset()
      connection.cursor = undefined
      // What was closed by hand stays so.
      if (connection.state.closed?.by !== 'user') connection.dispatch({ type: 'release', now: true })
    }
  }
}

const pools = new WeakMap<Environment, Pool>()

/** The lines of an environment, by what they are known by. */
export function linesOf<L>(environment: Environment): Map<string, L> {
  let known = pools.get(environment)
  if (!known) {
    known = new Pool()
    pools.set(environment, known)
    enlistContainer(known)
  }
  return known as Map<string, unknown> as Map<string, L> // a key begins with its kind, and a kind has one type of line
}

/** The line to a destination, made if there is none. It opens when it is retained. */
export function lineTo<Raw, Options, Own extends Driver<Raw>>(
  kind: Kind<Raw, Options, Own>,
  environment: Environment,
  identity: Identity,
  { url, options }: Lead<Options>,
): Line<Raw, Options, Own> {
  const lines = linesOf<Line<Raw, Options, Own>>(environment)
  const known = lines.get(identity.key)
  if (known) return known
  const line = createLine(kind, environment, identity, { url, options })
  warnOfPrivateLines(identity, lines.values())
  lines.set(identity.key, line)
  return line
}

function createLine<Raw, Options, Own extends Driver<Raw>>(
  kind: Kind<Raw, Options, Own>,
  environment: Environment,
  identity: Identity,
  lead: Lead<Options>,
): Line<Raw, Options, Own> {
  const unheard = (error: unknown) => environment.reportError(error)
  const audience = createAudience(kind, unheard, kind.whole?.(lead.options), () => line)
  const line: Line<Raw, Options, Own> = {
    identity,
    lead,
    oldest: undefined,
    environment,
    audience,
    get driver() {
      return driver
    },
    get connection() {
      return connection
    },
    settle() {
      // One that was given another function leaves after this tick: what it wants is no concern of the others.
      line.oldest = oldestOf(audience.ports, line.identity)
      if (line.oldest) line.lead = { url: line.oldest.url, options: line.oldest.options }
      connection.configure(kind.policy(line.lead.url, line.lead.options))
      driver.settled?.()
    },
    verify(attempt) {
      // What lingers for nobody in particular is given up.
      const isOthers =
        audience.ports.size === 0 && headersOf(kind, line.lead.options) !== line.identity.headers
      if (isOthers) connection.dispatch({ type: 'release', now: true })
      else tellAll(audience.ports, (port) => port.verify(attempt))
    },
    report: (error) => connection.later(() => audience.tell('error', error)),
  }
  const driver = kind.drive(line)
  const connection: Connection = createConnection(partsOf(line, driver), kind.policy(lead.url, lead.options))
  return line
}

function partsOf<Raw, Options, Own extends Driver<Raw>>(
  line: Line<Raw, Options, Own>,
  driver: Own,
): ConnectionParts<Raw> {
  const { audience, environment } = line
  return {
    ...driver,
    environment,
    prepare(attempt) {
      line.verify(attempt.attempt)
      return driver.prepare(attempt)
    },
    message: audience.deliver,
    moved: () => tellAll(audience.ports, (port) => port.touch('cursor')),
    occurred: (event, info) => tellOf(audience, event, info),
    changed(from, to, cause) {
      tellAll(audience.ports, (port) => port.changed(from, to, cause))
    },
    released() {
      const lines = linesOf(environment)
      if (lines.get(line.identity.key) === line) lines.delete(line.identity.key)
    },
  }
}

function tellOf({ tell }: Pick<Audience<never, never>, 'tell'>, event: Occurred, info: OpenInfo): void {
  if (event.type === 'error') tell('error', event.error)
  else if (event.type === 'open') tell('open', info)
  else tell(event.type, event)
}

function oldestOf<One extends Port<never, unknown>>(
  ports: Iterable<One>,
  { key }: Identity,
): One | undefined {
  for (const port of ports) if (port.identity?.key === key) return port
  return undefined
}
