/** How a long body ended: complete, refused by the server, or aborted by the client (`abandoned`). */
export type TransferEnd = 'finished' | 'refused' | 'abandoned'

/** What `GET /control/state` returns for one transfer. */
export interface TransferView {
  /** Path and query of the request. */
  readonly target: string
  readonly bytes: number
  readonly ended: TransferEnd | undefined
}

/** One long body in transfer. */
export interface Transfer {
  readonly bytes: number
  count(bytes: number): void
  /** Records the end. Further calls do nothing. */
  end(how: TransferEnd): void
}

const LATEST = 50

export function createTransferLog() {
  const latest: { view: TransferView }[] = []
  const totals = { started: 0, finished: 0, refused: 0, abandoned: 0 }

  return {
    start(target: string): Transfer {
      totals.started += 1
      const entry: { view: TransferView } = { view: { target, bytes: 0, ended: undefined } }
      latest.push(entry)
      if (latest.length > LATEST) latest.shift()
      return {
        get bytes() {
          return entry.view.bytes
        },
        count: (bytes) => void (entry.view = { ...entry.view, bytes: entry.view.bytes + bytes }),
        end(how) {
          if (entry.view.ended !== undefined) return
          entry.view = { ...entry.view, ended: how }
          totals[how] += 1
        },
      }
    },
    describe: () => ({
      ...totals,
      live: totals.started - totals.finished - totals.refused - totals.abandoned,
      latest: latest.map(({ view }) => view),
    }),
  }
}
