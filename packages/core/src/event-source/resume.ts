import { hasControlCharacter, setQueryParameter } from '../http/build-request.ts'
import { TautlineError } from '../shared/errors.ts'
import type { Outcome } from '../shared/outcome.ts'
import { utf8ToByteString } from '../shared/utf8.ts'
import type { ResumeOption } from './options.ts'

/** What a connection knows about resuming: whether CORS forbids the header. */
export interface ResumeState {
  /** CORS blocked the last request with the header. */
  isHeaderBlocked: boolean
  /** How many times in a row the query worked after CORS had blocked the header. */
  confirmations: number
  /** An ID that cannot be sent was reported. */
  hasReportedId: boolean
}

export const initialResumeState = (): ResumeState => ({
  isHeaderBlocked: false,
  confirmations: 0,
  hasReportedId: false,
})

/** One request that resumes after the last event, and what its end says about the way it did so. */
export interface ResumedRequest {
  /** Why events may be missing once the stream is open; undefined if there is no reason. */
  readonly gap: TautlineError<'gap'> | undefined
  onOpened(): void
  onEnded(outcome: Outcome): Outcome
}

/**
 * Adds the last event ID to a request: as a header, unless the option says otherwise. If CORS blocks the header, the
 * next request has the ID in its query. A blocked response may also be that of a gateway, so the header is tried again,
 * until it was blocked and the query worked twice in a row.
 */
export function addLastEventId(
  state: ResumeState,
  resume: ResumeOption | undefined,
  { url, headers, id }: { readonly url: URL; readonly headers: Headers; readonly id: string },
): ResumedRequest {
  const isFallback = resume === undefined && (state.isHeaderBlocked || state.confirmations > 1)
  const isByHeader = !isFallback && (resume ?? 'header') === 'header'
  let gap: TautlineError<'gap'> | undefined
  if (!isByHeader) {
    const name = typeof resume === 'object' ? resume.query : 'lastEventId'
    url.search = setQueryParameter(url.search, name, id)
    if (isFallback)
      gap = gapError(
        id,
        'CORS forbids the header Last-Event-ID. Allow it, or set `resume`, such as to "query"',
      )
  } else if (!hasControlCharacter(id)) {
    headers.set('last-event-id', utf8ToByteString(id))
  } else if (!state.hasReportedId) {
    state.hasReportedId = true
    gap = gapError(id, 'the last event ID has control characters. Send other IDs, or set `resume` to "query"')
  }
  return {
    gap,
    onOpened() {
      state.confirmations = isByHeader ? 0 : state.confirmations + Number(state.isHeaderBlocked)
      state.isHeaderBlocked = false
    },
    onEnded(outcome) {
      state.isHeaderBlocked = isByHeader && outcome.error?.code === 'cors'
      // The server may reject a query that the user did not ask for. This must not end the stream.
      return isFallback && outcome.kind === 'fatal' ? { ...outcome, kind: 'retryable' } : outcome
    },
  }
}

function gapError(after: string, why: string) {
  return new TautlineError('gap', `Events may be missing: ${why}.`, { after })
}
