import { type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http'
import type { Plugin } from 'vite'

/** Sends a request on to a port of this machine, and streams the response back. */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { port, path }: { readonly port: string; readonly path: string },
): void {
  const { method, headers } = request
  const forwarded = sendRequest({ host: '127.0.0.1', port, path, method, headers }, (upstream) => {
    response.writeHead(upstream.statusCode ?? 502, upstream.headers)
    response.flushHeaders()
    upstream.pipe(response)
    // A cut response must not look like one that has ended.
    upstream.on('error', () => response.destroy())
  })
  forwarded.on('error', () => response.destroy())
  response.on('close', () => forwarded.destroy())
  request.pipe(forwarded)
}

/**
 * Forwards `/demo-server/<port>/…` to the demo server on this port. A hidden iframe needs a server of the same origin as
 * the page.
 */
export function sameOriginServer(): Plugin {
  return {
    name: 'same-origin-demo-server',
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const [, port, path] = /^\/demo-server\/(\d{1,5})(\/.*)$/.exec(request.url ?? '') ?? []
        if (port === undefined || path === undefined) next()
        else forward(request, response, { port, path })
      })
    },
  }
}
