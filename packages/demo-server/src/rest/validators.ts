import { createHash } from 'node:crypto'
import { type HttpRequest } from '../http.ts'
import { Problem } from '../problem.ts'
import { type WholeAnswer } from '../whole-answer.ts'

/** Strong (RFC 9110, section 8.8.3): other bytes have another one. */
export const etagOf = (body: string | Buffer): string =>
  `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`

export const withEtag = (answer: WholeAnswer): WholeAnswer => ({
  ...answer,
  headers: { ...answer.headers, ETag: etagOf(answer.body) },
})

const tagsOf = (header: string): readonly string[] => header.match(/(?:W\/)?"[^"]*"/g) ?? []
const isAny = (header: string): boolean => header.trim() === '*'
const withoutWeakness = (tag: string): string => tag.replace(/^W\//, '')

/** For `If-None-Match`: the weak comparison of RFC 9110, section 8.8.3.2. */
const matchesWeakly = (header: string, etag: string): boolean =>
  isAny(header) || tagsOf(header).some((tag) => withoutWeakness(tag) === withoutWeakness(etag))

/** For `If-Match`: a weak tag is no proof that nobody has changed a byte. */
const matchesStrongly = (header: string, etag: string): boolean =>
  isAny(header) || (!etag.startsWith('W/') && tagsOf(header).includes(etag))

function isKnown({ headers }: HttpRequest, answer: WholeAnswer): boolean {
  const { ETag: etag, 'Last-Modified': modified } = answer.headers
  const tags = headers['if-none-match']
  // The date is not even looked at where there is a tag (RFC 9110, section 13.1.3).
  if (tags !== undefined) return etag !== undefined && matchesWeakly(tags, String(etag))
  const since = headers['if-modified-since']
  return since !== undefined && modified !== undefined && Date.parse(String(modified)) <= Date.parse(since)
}

/** What a 304 says of the body that it does not have (RFC 9110, section 15.4.5). */
const KEPT = ['ETag', 'Last-Modified', 'Cache-Control', 'Vary']

/** 304 instead of what a client has already. */
export function revalidated(request: HttpRequest, answer: WholeAnswer): WholeAnswer {
  const isReading = request.method === 'GET' || request.method === 'HEAD'
  if (!isReading || answer.status !== 200 || !isKnown(request, answer)) return answer
  const kept = Object.entries(answer.headers).filter(([name]) => KEPT.includes(name))
  return { status: 304, headers: Object.fromEntries(kept), body: '' }
}

/** Before a change: is what the client knows still what there is? @throws Problem 412 when it is not. */
export function checkUnchanged({ headers }: HttpRequest, etag: string): void {
  const wanted = headers['if-match']
  const unwanted = headers['if-none-match']
  const isStale = wanted !== undefined && !matchesStrongly(wanted, etag)
  if (!isStale && (unwanted === undefined || !matchesWeakly(unwanted, etag))) return
  throw new Problem(412, 'changed', 'It is not what you have seen any more', { headers: { ETag: etag } })
}
