import { type IncomingMessage, type ServerResponse } from 'node:http'

/** Headers that a page on another port may read. */
const exposed = ['ETag', 'Last-Modified', 'Location', 'Retry-After']

/** The stories and the tests live on other ports, so every origin is let in; only this machine can reach the server. */
export function allowOrigin(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', '*')
  response.setHeader('Access-Control-Expose-Headers', exposed.join(', '))
}

export function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(204, {
    'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'Access-Control-Allow-Headers': request.headers['access-control-request-headers'] ?? '*',
    'Access-Control-Max-Age': '600',
  })
  response.end()
}
