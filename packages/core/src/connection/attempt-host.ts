import type { State } from '../machine/connection-state.ts'
import type { Environment } from '../platform/environment.ts'
import type { TautlineError } from '../shared/errors.ts'
import type { Interpreter } from './interpreter.ts'
import type { PrimaryOptions, Subscriber } from './protocol.ts'

/**
 * What a protocol needs to make one attempt. A shared connection is one. A connection over several transports has one
 * for each of them.
 */
export interface AttemptHost<Options> {
  readonly environment: Environment
  /** The URL and the options that apply now. */
  readonly primary: PrimaryOptions<Options>
  readonly interpreter: AttemptInterpreter
  readonly subscriberList: { readonly subscribers: ReadonlySet<Pick<Subscriber<never, never>, 'hold'>> }
  /** Before a request: subscribers whose identity has changed leave the connection. */
  verifyIdentity(attempt: number): void
  /** Emits an error to every subscriber, after the running notifications. */
  reportError(error: TautlineError): void
}

/** The part of an interpreter that an attempt reads, with the cursor of the attempt. */
export interface AttemptInterpreter extends Pick<Interpreter, 'policy' | 'startTimer'> {
  readonly state: Pick<State, 'status' | 'isVisible'>
  cursor: string | undefined
}
