import { createSecureServer, type Http2SecureServer } from 'node:http2'
import { type Certificate } from './certificate.ts'
import { type HttpRequest, type HttpResponse } from './http.ts'

/** HTTP/2 over TLS, and HTTP/1.1 for those that ask for it. */
export function createSecure(
  { key, cert }: Certificate,
  answer: (request: HttpRequest, response: HttpResponse) => void,
): Http2SecureServer {
  const server = createSecureServer({ key, cert, allowHTTP1: true, noDelay: true })
  server.on('request', answer)
  return server
}
