import { request as sendRequest } from 'node:http'
import type { Plugin } from 'vite'

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
        if (port === undefined) return next()
        const { method, headers } = request
        const forwarded = sendRequest({ host: '127.0.0.1', port, path, method, headers }, (upstream) => {
          response.writeHead(upstream.statusCode ?? 502, upstream.headers)
          response.flushHeaders()
          upstream.pipe(response)
          // A cut upstream must not look like the end of the body.
          upstream.on('error', () => response.destroy())
        })
        forwarded.on('error', () => response.destroy())
        response.on('close', () => forwarded.destroy())
        request.pipe(forwarded)
      })
    },
  }
}
