import type { UrlOption } from '../../shared/attempt.ts'
import type { AnyFetchOptions, ExecuteOptions } from '../options.ts'
import type { MutateOptions, RollBack } from '../types.ts'
import { abort, execute, mutate, preview, reset } from './commands.ts'
import { EntryObserver } from './entry-observer.ts'

/** An observer with its commands, which are created at their first use: a page may have thousands of observers. */
export class FetchHandle extends EntryObserver {
  #execute: ((overrides?: ExecuteOptions) => Promise<unknown>) | undefined
  #refetch: (() => Promise<unknown>) | undefined
  #abort: (() => void) | undefined
  #reset: (() => void) | undefined
  #mutate: ((update: unknown, options?: MutateOptions) => RollBack) | undefined

  preview(url: UrlOption, options: AnyFetchOptions = {}) {
    return preview(this, url, options)
  }

  get execute() {
    return (this.#execute ??= (overrides) => execute(this, overrides))
  }

  get refetch() {
    return (this.#refetch ??= () => execute(this))
  }

  get abort() {
    return (this.#abort ??= () => abort(this))
  }

  get reset() {
    return (this.#reset ??= () => reset(this))
  }

  get mutate() {
    return (this.#mutate ??= (update, options) => mutate(this, update, options))
  }
}
