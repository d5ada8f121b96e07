import type { UrlOption } from '../../shared/attempt.ts'
import type { AnyFetchOptions, ExecuteOptions } from '../options.ts'
import type { MutateOptions } from '../types.ts'
import { type Listener, addListener } from '../../observer/event-listeners.ts'
import { abort, execute, mutate, preview, reset } from './commands.ts'
import { EntryObserver } from './entry-observer.ts'

/** An observer with its commands. */
export class FetchHandle extends EntryObserver {
  preview(url: UrlOption, options: AnyFetchOptions = {}) {
    return preview(this, url, options)
  }

  get execute() {
    return this.command('execute', (overrides?: ExecuteOptions) => execute(this, overrides))
  }

  get refetch() {
    return this.command('refetch', () => execute(this))
  }

  get abort() {
    return this.command('abort', () => abort(this))
  }

  get reset() {
    return this.command('reset', () => reset(this))
  }

  get mutate() {
    return this.command('mutate', (update: unknown, options?: MutateOptions) => mutate(this, update, options))
  }
}

/** An observer for use without a framework. */
export class FetchClient extends FetchHandle {
  on(type: string, listener: Listener): () => void {
    return addListener(this, type, listener)
  }
}
