import { type EventBody } from '../streams/event-body.ts'
import { type StreamEndpoint } from '../streams/stream-endpoint.ts'
import { createTransferLog, type Transfer } from './transfer-log.ts'

type Kind = 'json' | 'text' | 'binary'

interface Form {
  readonly contentType: string
  readonly opening: string
  readonly block: Buffer
  /** The text after the last block that completes the format. */
  readonly closing: string
}

/** Larger than any client should read. */
const ONE_GIB = 1024 * 1024 * 1024
const BLOCK = 64 * 1024

const ITEM = '{"text":"This goes on for longer than anybody wants to read"},'
const TEXT = 'This goes on for longer than anybody wants to read\n'

const blockOf = (piece: string): Buffer => Buffer.from(piece.repeat(Math.floor(BLOCK / piece.length)))

const forms: Readonly<Record<Kind, Form>> = {
  json: { contentType: 'application/json', opening: '[', block: blockOf(ITEM), closing: '{}]' },
  text: { contentType: 'text/plain', opening: '', block: blockOf(TEXT), closing: '' },
  binary: {
    contentType: 'application/octet-stream',
    opening: '',
    block: Buffer.alloc(BLOCK),
    closing: '',
  },
}

function serve(body: EventBody, form: Form, wanted: number, transfer: Transfer): void {
  const send = (bytes: string | Buffer): boolean => {
    if (!body.event(bytes)) return false
    transfer.count(bytes.length)
    return true
  }

  const pump = (): void => {
    while (transfer.bytes < wanted && body.ready) if (!send(form.block)) return
    if (transfer.bytes < wanted) return
    if (form.closing === '' || send(form.closing)) transfer.end('finished')
    body.end()
  }

  body.onClosed(() => transfer.end('abandoned'))
  body.onDrain(pump)
  if (form.opening === '' || send(form.opening)) pump()
}

/** A response of up to 1 GiB without `Content-Length`: `?type=json&bytes=1073741824`. */
export function createEndless(): StreamEndpoint {
  const log = createTransferLog()

  return {
    name: 'endless',
    path: '/endless',
    methods: ['GET'],
    admit({ parameters, target }) {
      const form = forms[parameters.choice('type', ['json', 'text', 'binary'], 'json')]
      const bytes = parameters.integer('bytes', { min: 0, max: ONE_GIB }, ONE_GIB)
      const headers = { 'Content-Type': form.contentType, 'Cache-Control': 'no-store' }
      return {
        kind: 'stream',
        headers,
        begin: (body) => serve(body, form, bytes, log.start(target)),
      }
    },
    describe: log.describe,
  }
}
