import { createHash } from 'node:crypto'
import { type HttpRequest } from '../http.ts'
import { Problem } from '../problem.ts'
import { type WholeResponse } from '../whole-response.ts'

/** Builds a strong ETag (RFC 9110, section 8.8.3) from the bytes. */
export const etagOf = (body: string | Buffer): string =>
  `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`

export const withEtag = (response: WholeResponse): WholeResponse => ({
  ...response,
  headers: { ...response.headers, ETag: etagOf(response.body) },
})

const tagsOf = (header: string): readonly string[] => header.match(/(?:W\/)?"[^"]*"/g) ?? []
const isAny = (header: string): boolean => header.trim() === '*'
const withoutWeakness = (tag: string): string => tag.replace(/^W\//, '')

/** The weak comparison for `If-None-Match` (RFC 9110, section 8.8.3.2). */
const matchesWeakly = (header: string, etag: string): boolean =>
  isAny(header) || tagsOf(header).some((tag) => withoutWeakness(tag) === withoutWeakness(etag))

/** The strong comparison for `If-Match`. A weak tag does not prove that all bytes are the same. */
const matchesStrongly = (header: string, etag: string): boolean =>
  isAny(header) || (!etag.startsWith('W/') && tagsOf(header).includes(etag))

function isKnown({ headers }: HttpRequest, response: WholeResponse): boolean {
  const { ETag: etag, 'Last-Modified': modified } = response.headers
  const tags = headers['if-none-match']
  // With a tag the date is ignored (RFC 9110, section 13.1.3).
  if (tags !== undefined) return etag !== undefined && matchesWeakly(tags, String(etag))
  const since = headers['if-modified-since']
  return since !== undefined && modified !== undefined && Date.parse(String(modified)) <= Date.parse(since)
}

/** The headers that a 304 has (RFC 9110, section 15.4.5). */
const NOT_MODIFIED_HEADERS = ['ETag', 'Last-Modified', 'Cache-Control', 'Vary']

/** Replaces the response by a 304 when the client already has it. */
export function revalidated(request: HttpRequest, response: WholeResponse): WholeResponse {
  const isReading = request.method === 'GET' || request.method === 'HEAD'
  if (!isReading || response.status !== 200 || !isKnown(request, response)) return response
  const headersToSend = Object.entries(response.headers).filter(([name]) =>
    NOT_MODIFIED_HEADERS.includes(name),
  )
  return { status: 304, headers: Object.fromEntries(headersToSend), body: '' }
}

/** Checks before a change that the client has the current version. @throws Problem 412 when it does not. */
export function checkUnchanged({ headers }: HttpRequest, etag: string): void {
  const ifMatch = headers['if-match']
  const ifNoneMatch = headers['if-none-match']
  const isStale = ifMatch !== undefined && !matchesStrongly(ifMatch, etag)
  if (!isStale && (ifNoneMatch === undefined || !matchesWeakly(ifNoneMatch, etag))) return
  throw new Problem(412, 'changed', 'The resource has changed. Fetch it again', { headers: { ETag: etag } })
}
