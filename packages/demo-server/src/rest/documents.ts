import { gzipSync } from 'node:zlib'
import { type Fields } from '../input.ts'
import { Problem } from '../problem.ts'
import { readCaching, type RestEndpoint } from './rest-endpoint.ts'
import { etagOf } from './validators.ts'

/** In bytes. */
const MAX_DOCUMENT = 4 * 1024 * 1024

/** Always the same, as the documents are. */
const MODIFIED = new Date(Date.UTC(2025, 0, 6, 8)).toUTCString()

const itemAt = (n: number): string =>
  JSON.stringify({ n, text: `Item ${n} of a document that is as long as somebody wants it` })

/** A JSON array of exactly so many bytes: as many items as there is room for, then blanks. */
function documentOf(size: number): string {
  const items: string[] = []
  let length = '[]'.length
  for (;;) {
    const item = itemAt(items.length + 1)
    const comma = items.length > 0 ? 1 : 0
    if (length + comma + item.length > size) break
    items.push(item)
    length += comma + item.length
  }
  return `[${items.join(',')}${' '.repeat(size - length)}]`
}

/** What stands between the quotes of the tag. @throws Problem */
function readEtag(parameters: Fields): string | undefined {
  if (!parameters.has('etag')) return undefined
  const tag = parameters.text('etag', { min: 0, max: 100 })
  if (/^[\x21\x23-\x7e]*$/.test(tag)) return `"${tag}"`
  throw new Problem(400, 'bad-input', '"etag" must be ASCII without quotes and blanks', 'etag')
}

/** Something of a known size to be cached, revalidated and unpacked: `/documents/100000?cache=max-age%3D5&gzip=1`. */
export const createDocuments = (): RestEndpoint => ({
  path: '/documents/:bytes',
  methods: ['GET'],
  handle({ parameters }) {
    const text = documentOf(parameters.integer('bytes', { min: 2, max: MAX_DOCUMENT }))
    const isGzipped = parameters.flag('gzip', false)
    const body = isGzipped ? gzipSync(text) : text
    const headers = {
      'Content-Type': 'application/json',
      ...(isGzipped && { 'Content-Encoding': 'gzip' }),
      ...readCaching(parameters),
      ETag: readEtag(parameters) ?? etagOf(body),
      'Last-Modified': MODIFIED,
    }
    return { status: 200, headers, body }
  },
})
