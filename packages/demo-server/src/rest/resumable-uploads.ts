import { createHash, type Hash, randomUUID } from 'node:crypto'
import { type Exchange } from '../http-router.ts'
import { Problem } from '../problem.ts'
import { jsonResponse, type WholeResponse } from '../whole-response.ts'
import { type RestEndpoint } from './rest-endpoint.ts'
import { createThrottle, MAX_UPLOAD_BYTES } from './uploads.ts'

/** An upload in parts. The server stores its hash only. */
interface Upload {
  readonly length: number
  readonly digest: Hash
  offset: number
  /** Number of the request that may write. An older one stops, as with the locks of tus. */
  writer: number
}

const MAX_UPLOADS = 200

const numberOf = (exchange: Exchange, name: string): number => {
  const text = String(exchange.request.headers[name] ?? '')
  if (!/^\d{1,12}$/.test(text))
    throw new Problem(400, 'bad-input', `The header ${name} must be a number`, name)
  return Number(text)
}

const headersOf = ({ offset, length }: Upload) => ({
  'Upload-Offset': `${offset}`,
  'Upload-Length': `${length}`,
  'Cache-Control': 'no-store',
  'Tus-Resumable': '1.0.0',
})

async function append(exchange: Exchange, upload: Upload): Promise<WholeResponse> {
  const { request } = exchange
  if (numberOf(exchange, 'upload-offset') !== upload.offset)
    throw new Problem(409, 'conflict', `The offset is ${upload.offset}`, { headers: headersOf(upload) })
  const throttle = createThrottle(exchange)
  const writer = (upload.writer += 1)
  let received = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes: Buffer = Buffer.from(chunk)
    if (writer !== upload.writer) throw new Problem(409, 'conflict', 'A newer request continues the upload')
    if (upload.offset + bytes.length > upload.length)
      throw new Problem(413, 'too-large', `The upload has ${upload.length} bytes`)
    upload.digest.update(bytes)
    upload.offset += bytes.length
    if (!(await throttle((received += bytes.length)))) break
  }
  return { status: 204, headers: headersOf(upload), body: '' }
}

/** Receives uploads in parts, as in tus 1.0 with its extension "Creation". */
export function createResumableUploads(): readonly RestEndpoint[] {
  const uploads = new Map<string, Upload>()

  function find({ parameters }: Exchange): Upload {
    const upload = uploads.get(parameters.text('id', { min: 1, max: 60 }))
    if (upload === undefined) throw new Problem(404, 'not-found', 'There is no such upload')
    return upload
  }

  const create: RestEndpoint = {
    path: '/files',
    methods: ['POST'],
    handle(exchange) {
      const length = numberOf(exchange, 'upload-length')
      if (length > MAX_UPLOAD_BYTES)
        throw new Problem(413, 'too-large', `An upload must have at most ${MAX_UPLOAD_BYTES} bytes`)
      const id = randomUUID()
      const upload = { length, digest: createHash('sha256'), offset: 0, writer: 0 }
      uploads.set(id, upload)
      const [oldest = id] = uploads.keys()
      if (uploads.size > MAX_UPLOADS) uploads.delete(oldest)
      return { status: 201, headers: { Location: `/files/${id}`, ...headersOf(upload) }, body: '' }
    },
  }
  const read: RestEndpoint = {
    path: '/files/:id',
    methods: ['GET'],
    handle(exchange) {
      const upload = find(exchange)
      const { offset: bytes, length, digest } = upload
      return jsonResponse({ bytes, length, sha256: digest.copy().digest('hex') }, headersOf(upload))
    },
  }
  const write: RestEndpoint = {
    path: '/files/:id',
    methods: ['PATCH'],
    handle: (exchange) => append(exchange, find(exchange)),
  }
  return [create, read, write]
}
