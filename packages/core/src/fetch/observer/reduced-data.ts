import type { Environment } from '../../platform/environment.ts'
import type { AnyFetchOptions } from '../options.ts'
import type { ResponseHead } from '../types.ts'
import { applyReducer, resolveInitialData } from '../../shared/reducers.ts'

/** The data that `reduce` has combined from the responses of one observer. */
export class ReducedData {
  data: unknown
  /** The last response that was combined: each is used once. */
  lastReduced: ResponseHead | undefined
  /** The user to whom the combined responses belong. */
  requester: string | undefined

  readonly #initial: unknown

  constructor(options: AnyFetchOptions) {
    this.data = this.#initial = resolveInitialData(options)
  }

  reduce(
    { reduce }: AnyFetchOptions,
    response: ResponseHead,
    message: unknown,
    environment: Environment,
    requester: string | undefined,
  ): void {
    if (!reduce || response === this.lastReduced) return
    // Responses of two users are never combined.
    if (this.lastReduced && requester !== this.requester) this.data = this.#initial
    this.lastReduced = response
    this.requester = requester
    this.data = applyReducer(
      reduce,
      this.data,
      message,
      { raw: undefined, headers: response.headers },
      environment,
    )
  }

  /** Applies an optimistic update. The returned function rolls it back unless the data have changed again. */
  change(update: (data: unknown) => unknown): () => void {
    const before = this.data
    const after = (this.data = update(before))
    return () => {
      if (this.data === after) this.data = before
    }
  }
}
