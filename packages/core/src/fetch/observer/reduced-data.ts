import type { Environment } from '../../platform/environment.ts'
import type { AnyFetchOptions } from '../options.ts'
import type { ResponseHead } from '../types.ts'
import { applyReducer, resolveInitialData } from '../../shared/reducers.ts'

/** What a fold has made of the answers of one hook. */
export class ReducedData {
  data: unknown
  /** The answer that was folded last: each counts once. */
  lastReduced: ResponseHead | undefined
  /** Whose answers were folded. */
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
    // Answers for two users never come together.
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

  /** Changes it by hand; returns how to take that back while nothing else has changed it. */
  change(update: (data: unknown) => unknown): () => void {
    const before = this.data
    const after = (this.data = update(before))
    return () => {
      if (this.data === after) this.data = before
    }
  }
}
