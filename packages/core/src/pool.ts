import { type Audience, type Messages, type Port, createAudience } from './audience.ts'
import { type Connection, type ConnectionParts, createConnection } from './connection.ts'
import type { Environment } from './environment.ts'
import { tellAll } from './occurrences.ts'
import type { Occurred, Policy } from './lifecycle-types.ts'
import type { OpenInfo } from './transport.ts'
import type { CommonOptions, UrlOption } from './types.ts'

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
export interface Kind<Raw, Options, Own extends Driver<Raw>> extends Messages<Raw, Options> {
  readonly name: string
  /** The options that are part of a destination. */
  readonly place: readonly string[]
  /** @throws TautlineError `bad-option` */
  check(options: Options): void
  /** What makes two destinations differ, whatever else is known of them. */
  manner?(options: Options): string
  /** What beside the URL makes two destinations differ; undefined: it cannot be known, so nothing is shared. */
  identity(options: Options): string | undefined
  /** @throws TautlineError `bad-url` */
  toUrl(value: unknown, base: string | undefined): URL
  policy(url: UrlOption, options: Options): Policy
  /** Where a hook begins that was never here. */
  start(options: Options): string | undefined
  /** Is what comes one answer, of which half is of no use? Who joins late then gets all of it. */
  whole?(options: Options): boolean
  drive(line: Line<Raw, Options, Own>): Own
}

/** A connection and the hooks that share it. */
export interface Line<Raw, Options, Own> {
  key: string
  /** The oldest live hook, or the last one that was: its options decide for the connection. */
  lead: Pick<Port<Raw, Options>, 'url' | 'options'>
  readonly environment: Environment
  readonly audience: Audience<Raw, Options>
  readonly connection: Connection
  readonly driver: Own
  /** Lets its oldest hook decide again: a hook came, went or has other options. */
  settle(): void
  /** Tells every hook of an error, after what is being said now. */
  report(error: Error): void
}

/** The destination of a hook: who has the same one shares. `alone` numbers a hook that shares with nobody. */
export function destinationOf<Raw, Options, Own extends Driver<Raw>>(
  kind: Kind<Raw, Options, Own>,
  url: UrlOption,
  options: Options & Pick<CommonOptions<unknown, unknown>, 'share' | 'key'>,
  environment: Environment,
  alone: () => number,
): string | undefined {
  if (!url) return undefined
  const { share, key } = options
  const identity = kind.identity(options)
  // What a function will say cannot be compared.
  const unknown = typeof url === 'function' || identity === undefined
  const place = typeof url === 'function' ? '' : spellingOf(kind, url, environment)
  const own = share === false || (unknown && key === undefined)
  return [kind.name, place, kind.manner?.(options), identity, key, own && alone()].join('\n')
}

/** Two spellings of one destination are one. */
function spellingOf(
  { toUrl }: Pick<Kind<never, never, never>, 'toUrl'>,
  url: string | URL,
  { baseUrl }: Environment,
): string {
  try {
    return toUrl(url, baseUrl).href
  } catch {
    // The attempt says what is wrong with it.
    return String(url)
  }
}

const pools = new WeakMap<Environment, Map<string, unknown>>()

/** The lines of an environment, by kind and destination. */
export function linesOf<L>(environment: Environment): Map<string, L> {
  const known = pools.get(environment) ?? new Map<string, unknown>()
  pools.set(environment, known)
  return known as Map<string, L> // a key begins with its kind, and a kind has one type of line
}

/** The line to a destination, made if there is none. It opens when it is retained. */
export function lineTo<Raw, Options, Own extends Driver<Raw>>(
  kind: Kind<Raw, Options, Own>,
  environment: Environment,
  key: string,
  lead: Line<Raw, Options, Own>['lead'],
): Line<Raw, Options, Own> {
  const lines = linesOf<Line<Raw, Options, Own>>(environment)
  const line = lines.get(key) ?? createLine(kind, environment, key, lead)
  lines.set(key, line)
  return line
}

/**
 * Takes a line to another destination, if nobody else is on it and no line is there yet.
 *
 * @param cursor where to start there
 */
export function moveLine<Raw, Options, Own>(
  line: Line<Raw, Options, Own>,
  key: string,
  cursor: string | undefined,
): boolean {
  const lines = linesOf<Line<Raw, Options, Own>>(line.environment)
  if (lines.has(key) || line.audience.ports.size > 1) return false
  lines.delete(line.key)
  lines.set(key, line)
  line.key = key
  line.audience.reset()
  line.connection.cursor = cursor
  line.settle()
  line.connection.dispatch({ type: 'retarget' })
  return true
}

function createLine<Raw, Options, Own extends Driver<Raw>>(
  kind: Kind<Raw, Options, Own>,
  environment: Environment,
  key: string,
  lead: Line<Raw, Options, Own>['lead'],
): Line<Raw, Options, Own> {
  const unheard = (error: unknown) => environment.reportError(error)
  const audience = createAudience(kind, unheard, kind.whole?.(lead.options), () => line)
  const line: Line<Raw, Options, Own> = {
    key,
    lead,
    environment,
    audience,
    get driver() {
      return driver
    },
    get connection() {
      return connection
    },
    settle() {
      for (const port of audience.ports) {
        line.lead = port
        break
      }
      connection.configure(kind.policy(line.lead.url, line.lead.options))
      driver.settled?.()
    },
    report: (error) => connection.later(() => audience.tell('error', error)),
  }
  const driver = kind.drive(line)
  const connection: Connection = createConnection<Raw>(
    {
      ...driver,
      environment,
      message: audience.deliver,
      moved: () => tellAll(audience.ports, (port) => port.touch('cursor')),
      occurred: (event, info) => tellOf(audience, event, info),
      changed(from, to, cause) {
        tellAll(audience.ports, (port) => port.changed(from, to, cause))
      },
      released() {
        const lines = linesOf(environment)
        if (lines.get(line.key) === line) lines.delete(line.key)
      },
    },
    kind.policy(lead.url, lead.options),
  )
  return line
}

function tellOf({ tell }: Pick<Audience<never, never>, 'tell'>, event: Occurred, info: OpenInfo): void {
  if (event.type === 'error') tell('error', event.error)
  else if (event.type === 'open') tell('open', info)
  else tell(event.type, event)
}
