import { hasControlCharacter, setQueryParameter } from '../http/build-request.ts'
import { TautlineError } from '../shared/errors.ts'
import type { ErrorText } from '../shared/error-message.ts'
import type { Outcome } from '../shared/outcome.ts'
import { utf8ToByteString } from '../shared/utf8.ts'
import type { ResumeOption } from './options.ts'

/** One request that resumes after the last event, and what its end says about the way it did so. */
export interface ResumedRequest {
  /** Why events may be missing once the stream is open; undefined if there is no reason. */
  readonly gap: TautlineError<'gap'> | undefined
  /** Whether to resume by query next depends on whether CORS has blocked this request. */
  readonly dependsOnCors: boolean
  onOpened(): void
  onEnded(outcome: Outcome): Outcome
}

/** Adds the last event ID to a request. */
export type AddLastEventId = (
  { resume, isUrlFunction }: { readonly resume: ResumeOption | undefined; readonly isUrlFunction: boolean },
  { url, headers, id }: { readonly url: URL; readonly headers: Headers; readonly id: string },
) => ResumedRequest

/**
 * Returns how a connection resumes: by a header, unless the option says otherwise. If CORS blocks the header, the next
 * request has the ID in its query. A blocked response may also be that of a gateway, so the header is tried again,
 * until it was blocked and the query worked twice in a row.
 */
export function createResumer(): AddLastEventId {
  /** CORS blocked the last request with the header. */
  let isHeaderBlocked = false
  /** How many times in a row the query worked after CORS had blocked the header. */
  let confirmations = 0
  let hasReportedId = false
  return ({ resume, isUrlFunction }, { url, headers, id }) => {
    const isFallback = resume === undefined && (isHeaderBlocked || confirmations > 1)
    const isByHeader = !isFallback && (resume ?? 'header') === 'header'
    let gap: TautlineError<'gap'> | undefined
    const reportGap = (why: ErrorText) =>
      (gap = new TautlineError('gap', `Events may be missing: ${why}.`, { after: id }))
    if (resume === 'none') {
      if (!isUrlFunction) reportGap('the stream does not resume')
    } else if (!isByHeader) {
      const name = typeof resume === 'object' ? resume.query : 'lastEventId'
      url.search = setQueryParameter(url.search, name, id)
      if (isFallback)
        reportGap('CORS forbids the header Last-Event-ID. Allow it, or set `resume`, such as to "query"')
    } else if (!hasControlCharacter(id)) {
      headers.set('last-event-id', utf8ToByteString(id))
    } else if (!hasReportedId) {
      hasReportedId = true
      reportGap('the last event ID has control characters. Send other IDs, or set `resume` to "query"')
    }
    return {
      gap,
      dependsOnCors: resume === undefined && isByHeader,
      onOpened() {
        confirmations = isByHeader ? 0 : confirmations + Number(isHeaderBlocked)
        isHeaderBlocked = false
      },
      onEnded(outcome) {
        isHeaderBlocked = isByHeader && outcome.error?.code === 'cors'
        // The server may reject a query that the user did not ask for. This must not end the stream.
        return isFallback && outcome.kind === 'fatal' ? { ...outcome, kind: 'retryable' } : outcome
      },
    }
  }
}
