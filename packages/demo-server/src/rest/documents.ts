import { gzipSync } from 'node:zlib'
import { type Fields } from '../input.ts'
import { Problem } from '../problem.ts'
import { readCaching, type RestEndpoint } from './rest-endpoint.ts'
import { etagOf } from './validators.ts'

const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024

/** The same for all documents, because they never change. */
const LAST_MODIFIED = new Date(Date.UTC(2025, 0, 6, 8)).toUTCString()

const itemAt = (n: number): string =>
  JSON.stringify({ n, text: `Item ${n} of a document that is as long as a client wants it` })

/** Builds a JSON array of exactly `size` bytes: as many items as fit, then spaces. */
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

/** Reads the text for the `ETag`, without its quotes. @throws Problem */
function readEtag(parameters: Fields): string | undefined {
  if (!parameters.has('etag')) return undefined
  const tag = parameters.text('etag', { min: 0, max: 100 })
  if (/^[\x21\x23-\x7e]*$/.test(tag)) return `"${tag}"`
  throw new Problem(400, 'bad-input', '"etag" must be ASCII without quotes and spaces', 'etag')
}

/** Documents of a given size, to test caching, revalidation and gzip: `/documents/100000?cache=max-age%3D5&gzip=1`. */
export const createDocuments = (): RestEndpoint => ({
  path: '/documents/:bytes',
  methods: ['GET'],
  handle({ parameters }) {
    const text = documentOf(parameters.integer('bytes', { min: 2, max: MAX_DOCUMENT_BYTES }))
    const isGzipped = parameters.flag('gzip', false)
    const body = isGzipped ? gzipSync(text) : text
    const headers = {
      'Content-Type': 'application/json',
      ...(isGzipped && { 'Content-Encoding': 'gzip' }),
      ...readCaching(parameters),
      ETag: readEtag(parameters) ?? etagOf(body),
      'Last-Modified': LAST_MODIFIED,
    }
    return { status: 200, headers, body }
  },
})
