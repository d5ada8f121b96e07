import { createSecureServer, type Http2SecureServer } from 'node:http2'
import { type Certificate } from './certificate.ts'
import { type HttpRequest, type HttpResponse } from './http.ts'

/** Creates a server for HTTP/2 over TLS, and for HTTP/1.1 clients. */
export function createSecureHttpServer(
  { key, cert }: Certificate,
  handleRequest: (request: HttpRequest, response: HttpResponse) => void,
): Http2SecureServer {
  const server = createSecureServer({ key, cert, allowHTTP1: true, noDelay: true })
  server.on('request', handleRequest)
  return server
}
