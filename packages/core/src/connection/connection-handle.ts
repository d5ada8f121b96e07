import type { AnyOptions } from '../observer/base-observer.ts'
import { ConnectionObserver } from './connection-observer.ts'
import type { ProtocolSession } from './protocol.ts'

/** An observer with the commands that all connections have. */
export class ConnectionHandle<
  Raw,
  Options extends AnyOptions,
  Session extends ProtocolSession<Raw>,
> extends ConnectionObserver<Raw, Options, Session> {
  get open() {
    return this.command('open', () => this.openManually('open'))
  }

  get close() {
    return this.command('close', (code?: number, reason?: string) => this.closeManually(code, reason))
  }

  get reconnect() {
    return this.command('reconnect', () => this.openManually('reconnect'))
  }
}
