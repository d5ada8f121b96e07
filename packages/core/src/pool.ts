import { type Audience, type Messages, type Port, createAudience } from './audience.ts'
import { type Connection, type ConnectionParts, createConnection } from './connection.ts'
import type { Environment } from './environment.ts'
import { tellAll } from './occurrences.ts'
import type { Occurred, Policy } from './lifecycle-types.ts'
import type { OpenInfo } from './transport.ts'
import { type Identity, type IdentityParts, headersOf } from './identity.ts'
import { type Container, type Owned, type Scope, enlistContainer, isMeant } from './session.ts'
import type { UrlOption } from './types.ts'
import { warnOfPrivateLines } from './wishes.ts'

/** The transport's half of a connection. */
export type Driver<Raw> = Pick<
  ConnectionParts<Raw>,
  'prepare' | 'isReply' | 'ping' | 'flush' | 'probe' | 'discard' | 'refuse'
> & {
  /** The options that decide may be others. */
  settled?(): void
  /** How many messages wait to be sent. */
  queued?(): number
}

/** What makes one kind of connection differ from another; put together by its factory. */
export interface Kind<Raw, Options, Own extends Driver<Raw>>
  extends Messages<Raw, Options>, IdentityParts<Options> {
  /** The options that are part of the identity. */
  readonly place: readonly string[]
  /** @throws TautlineError `bad-option` */
  check(options: Options): void
  policy(url: UrlOption, options: Options): Policy
  /** Where a hook begins that was never here. */
  start(options: Options): string | undefined
  /** Is what comes one answer, of which half is of no use? Who joins late then gets all of it, and it is never asked for twice. */
  whole?(options: Options): boolean
  /** Forgets what is remembered of a hook whose user has logged out. */
  forget?(port: object): void
  drive(line: Line<Raw, Options, Own>): Own
}

/** A connection and the hooks that share it. */
export interface Line<Raw, Options, Own> {
  identity: Identity
  /** What the oldest live hook, or the last one that was, wants: it decides for the connection. Always a copy. */
  lead: Lead<Options>
  readonly environment: Environment
  readonly audience: Audience<Raw, Options>
  readonly connection: Connection
  readonly driver: Own
  /** The hook that decides, while there is one. */
  oldest: Port<Raw, Options> | undefined
  /** What is sent next has to be what the line is known by: who is known by something else leaves. */
  verify(attempt: number): void
  /** Lets its oldest hook decide again: a hook came, went or has other options. */
  settle(): void
  /** Tells every hook of an error, after what is being said now. */
  report(error: Error): void
}

interface Lead<Options> {
  readonly url: UrlOption
  readonly options: Options
}

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
