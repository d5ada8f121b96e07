/** What `GET /control/state` returns for one completion. */
export interface CompletionView {
  readonly id: string
  /** The number of tokens handed to the client's connection. */
  readonly tokens: number
  readonly ended: 'finished' | 'aborted' | undefined
  readonly idempotencyKey?: string
}

/** One completion in progress. */
export interface Completion {
  readonly id: string
  readonly tokens: number
  count(tokens: number): void
  finish(): void
  /** Records that the client has disconnected. Does nothing when the completion is finished. */
  abort(): void
}

const LATEST = 50

export function createCompletionLog() {
  const latest: { view: CompletionView }[] = []
  const totals = { started: 0, finished: 0, aborted: 0 }

  return {
    start(idempotencyKey: string | undefined): Completion {
      totals.started += 1
      const id = `chatcmpl-${totals.started}`
      const key = idempotencyKey === undefined ? {} : { idempotencyKey }
      const entry: { view: CompletionView } = { view: { id, tokens: 0, ended: undefined, ...key } }
      latest.push(entry)
      if (latest.length > LATEST) latest.shift()

      function end(ended: 'finished' | 'aborted'): void {
        if (entry.view.ended !== undefined) return
        entry.view = { ...entry.view, ended }
        totals[ended] += 1
      }

      return {
        id,
        get tokens() {
          return entry.view.tokens
        },
        count: (tokens) => void (entry.view = { ...entry.view, tokens: entry.view.tokens + tokens }),
        finish: () => end('finished'),
        abort: () => end('aborted'),
      }
    },
    describe: () => ({
      ...totals,
      live: totals.started - totals.finished - totals.aborted,
      latest: latest.map(({ view }) => view),
    }),
  }
}
