import { createHash } from 'node:crypto'
import { type Exchange } from '../http-router.ts'
import { Problem } from '../problem.ts'
import { waitWhileConnected } from '../streams/stream-faults.ts'
import { jsonResponse, type WholeResponse } from '../whole-response.ts'
import { type RestEndpoint } from './rest-endpoint.ts'
import { createTransferLog, type Transfer } from './transfer-log.ts'

export const MAX_UPLOAD_BYTES = 64 * 1024 * 1024

const tooLarge = (): Problem =>
  new Problem(413, 'too-large', `An upload must have at most ${MAX_UPLOAD_BYTES} bytes`)

/** Limits the rate of an upload. While the server does not read, the buffers fill, and then the client has to wait. */
export function createThrottle({ response, parameters }: Exchange): (bytes: number) => Promise<boolean> {
  if (!parameters.has('rate')) return () => Promise.resolve(true)
  const rate = parameters.integer('rate', { min: 1, max: 1_000_000_000 })
  const startedAt = performance.now()
  return (bytes) => {
    const early = startedAt + (bytes / rate) * 1_000 - performance.now()
    return early > 0 ? waitWhileConnected(response, early) : Promise.resolve(true)
  }
}

/** Reads the whole upload and returns its hash; undefined when the client has disconnected. @throws Problem when it is too large. */
async function receive(exchange: Exchange, transfer: Transfer): Promise<string | undefined> {
  const { request } = exchange
  const throttle = createThrottle(exchange)
  const digest = createHash('sha256')
  if (Number(request.headers['content-length'] ?? 0) > MAX_UPLOAD_BYTES) throw tooLarge()
  // By default an iterator that ends early destroys the connection, and the response would be lost.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes: Buffer = Buffer.from(chunk)
    transfer.count(bytes.length)
    if (transfer.bytes > MAX_UPLOAD_BYTES) throw tooLarge()
    digest.update(bytes)
    if (!(await throttle(transfer.bytes))) return undefined
  }
  return digest.digest('hex')
}

/** Receives any upload, at most at `?rate=bytesPerSecond`, and responds with its size and hash. */
export function createUploads() {
  const log = createTransferLog()

  async function handle(exchange: Exchange): Promise<WholeResponse> {
    const { request, target } = exchange
    const transfer = log.start(target)
    try {
      const sha256 = await receive(exchange, transfer)
      transfer.end(sha256 === undefined ? 'abandoned' : 'finished')
      const contentType = request.headers['content-type'] ?? null
      return jsonResponse({ bytes: transfer.bytes, sha256, contentType })
    } catch (thrown) {
      transfer.end(thrown instanceof Problem ? 'refused' : 'abandoned')
      throw thrown
    }
  }

  const endpoint: RestEndpoint = { path: '/uploads', methods: ['PUT', 'POST'], handle }
  return { endpoint, describe: log.describe }
}
