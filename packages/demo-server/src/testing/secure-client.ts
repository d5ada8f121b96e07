import { once } from 'node:events'
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2'
import { type DemoServer } from '../demo-server.ts'

/** One HTTP/2 connection. */
export interface SecureClient {
  readonly session: ClientHttp2Session
  /** Sends a request. Resolves when the head of the response has arrived. */
  open(path: string, headers?: Record<string, string>, body?: string): Promise<SecureResponse>
  close(): void
}

export interface SecureResponse {
  readonly stream: ClientHttp2Stream
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  /** The whole body. @throws Error when the stream is reset. */
  text(): Promise<string>
}

export function connectSecurely({ secureUrl, certificate }: DemoServer): SecureClient {
  const session = connect(secureUrl, { ca: certificate })
  // The streams report their errors themselves.
  session.on('error', () => undefined)
  return {
    session,
    async open(path, headers = {}, body) {
      const method = body === undefined ? 'GET' : 'POST'
      const stream = session.request({ ':path': path, ':method': method, ...headers })
      stream.on('error', () => undefined)
      stream.end(body)
      const [head] = await once(stream, 'response')
      return {
        stream,
        status: Number(head[':status']),
        headers: head,
        async text() {
          const chunks: Buffer[] = []
          for await (const chunk of stream) chunks.push(Buffer.from(chunk))
          return Buffer.concat(chunks).toString()
        },
      }
    },
    close: () => session.destroy(),
  }
}
