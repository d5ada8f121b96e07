import type { Environment } from '../../platform/environment.ts'
import type { AnyFetchOptions } from '../options.ts'
import type { ResponseHead } from '../types.ts'
import { fold, initialDataOf } from '../../shared/reducers.ts'

/** What a fold has made of the answers of one hook. */
export class Folding {
  data: unknown
  /** The answer that was folded last: each counts once. */
  counted: ResponseHead | undefined
  /** Whose answers were folded. */
  who: string | undefined

  readonly #initial: unknown

  constructor(options: AnyFetchOptions) {
    this.data = this.#initial = initialDataOf(options)
  }

  count(
    { reduce }: AnyFetchOptions,
    response: ResponseHead,
    message: unknown,
    environment: Environment,
    who: string | undefined,
  ): void {
    if (!reduce || response === this.counted) return
    // Answers for two users never come together.
    if (this.counted && who !== this.who) this.data = this.#initial
    this.counted = response
    this.who = who
    this.data = fold(reduce, this.data, message, { raw: undefined, headers: response.headers }, environment)
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
