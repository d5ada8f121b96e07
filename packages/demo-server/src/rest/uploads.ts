import { createHash } from 'node:crypto'
import { type Exchange } from '../http-router.ts'
import { Problem } from '../problem.ts'
import { stays } from '../streams/stream-faults.ts'
import { jsonAnswer, type WholeAnswer } from '../whole-answer.ts'
import { type RestEndpoint } from './rest-endpoint.ts'
import { createTransferLog, type Transfer } from './transfer-log.ts'

/** In bytes. */
const MAX_UPLOAD = 64 * 1024 * 1024

const tooLarge = (): Problem => new Problem(413, 'too-large', `An upload has at most ${MAX_UPLOAD} bytes`)

/** Waits until so many bytes may have come. What the server does not read yet fills the buffers, and then the client waits. */
function createBrake({ response, parameters }: Exchange): (bytes: number) => Promise<boolean> {
  if (!parameters.has('rate')) return () => Promise.resolve(true)
  const rate = parameters.integer('rate', { min: 1, max: 1_000_000_000 })
  const startedAt = performance.now()
  return (bytes) => {
    const early = startedAt + (bytes / rate) * 1_000 - performance.now()
    return early > 0 ? stays(response, early) : Promise.resolve(true)
  }
}

/** Reads it all; undefined when the client has given up. @throws Problem when it is too large. */
async function receive(exchange: Exchange, transfer: Transfer): Promise<string | undefined> {
  const { request } = exchange
  const brake = createBrake(exchange)
  const digest = createHash('sha256')
  if (Number(request.headers['content-length'] ?? 0) > MAX_UPLOAD) throw tooLarge()
  // Left early, the iterator would take the connection with it, and the answer too.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes: Buffer = Buffer.from(chunk)
    transfer.count(bytes.length)
    if (transfer.bytes > MAX_UPLOAD) throw tooLarge()
    digest.update(bytes)
    if (!(await brake(transfer.bytes))) return undefined
  }
  return digest.digest('hex')
}

/** Takes anything, as slowly as `?rate=bytesPerSecond` says, and tells what has arrived. */
export function createUploads() {
  const log = createTransferLog()

  async function handle(exchange: Exchange): Promise<WholeAnswer> {
    const { request, target } = exchange
    const transfer = log.start(target)
    try {
      const sha256 = await receive(exchange, transfer)
      transfer.end(sha256 === undefined ? 'abandoned' : 'finished')
      const contentType = request.headers['content-type'] ?? null
      return jsonAnswer({ bytes: transfer.bytes, sha256, contentType })
    } catch (thrown) {
      transfer.end(thrown instanceof Problem ? 'refused' : 'abandoned')
      throw thrown
    }
  }

  const endpoint: RestEndpoint = { path: '/uploads', methods: ['PUT', 'POST'], handle }
  return { endpoint, describe: log.describe }
}
