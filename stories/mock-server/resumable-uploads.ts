import { Problem } from '../../packages/demo-server/src/problem.ts'
import { type RestExchange, type RestResponse, jsonResponse, restEndpoint } from './rest.ts'
import { sha256Of } from './sha256.ts'

// Imitates the demo server's uploads in parts, as in tus 1.0. The rate is imitated by `paced-upload.ts`.

interface Upload {
  readonly length: number
  readonly parts: ArrayBuffer[]
  offset: number
}

const uploads = new Map<string, Upload>()

const headersOf = ({ offset, length }: Upload) => ({
  'Upload-Offset': `${offset}`,
  'Upload-Length': `${length}`,
  'Cache-Control': 'no-store',
})

function find({ params }: RestExchange): Upload {
  const upload = uploads.get(params['id'] ?? '')
  if (upload === undefined) throw new Problem(404, 'not-found', 'There is no such upload')
  return upload
}

function create({ request }: RestExchange): RestResponse {
  const id = crypto.randomUUID()
  const upload = { length: Number(request.headers.get('upload-length')), parts: [], offset: 0 }
  uploads.set(id, upload)
  return { status: 201, headers: { Location: `/files/${id}`, ...headersOf(upload) } }
}

async function append(exchange: RestExchange): Promise<RestResponse> {
  const upload = find(exchange)
  const { request } = exchange
  const part = await request.arrayBuffer()
  if (Number(request.headers.get('upload-offset')) !== upload.offset)
    throw new Problem(409, 'conflict', `The offset is ${upload.offset}`, { headers: headersOf(upload) })
  upload.parts.push(part)
  upload.offset += part.byteLength
  return { status: 204, headers: headersOf(upload) }
}

async function describe(exchange: RestExchange): Promise<RestResponse> {
  const upload = find(exchange)
  const bytes = await new Blob(upload.parts).arrayBuffer()
  const sha256 = await sha256Of(bytes)
  return jsonResponse({ bytes: upload.offset, length: upload.length, sha256 }, headersOf(upload))
}

export const resumableEndpoints = [
  restEndpoint('post', '/files', create),
  restEndpoint('head', '/files/:id', (exchange) => ({ status: 200, headers: headersOf(find(exchange)) })),
  restEndpoint('get', '/files/:id', describe),
  restEndpoint('patch', '/files/:id', append),
]
