import type { Environment } from './environment.ts'
import type { AnyFetchOptions } from './fetch-options.ts'
import type { ResponseHead } from './fetch-types.ts'
import { fold, initialDataOf } from './fold.ts'

/** What a fold has made of the answers of one hook. */
export class Folding {
  data: unknown
  /** The answer that was folded last: each counts once. */
  counted: ResponseHead | undefined

  constructor(options: AnyFetchOptions) {
    this.data = initialDataOf(options)
  }

  count(
    { reduce }: AnyFetchOptions,
    response: ResponseHead,
    message: unknown,
    environment: Environment,
  ): void {
    if (!reduce || response === this.counted) return
    this.counted = response
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
