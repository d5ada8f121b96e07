import type { Named } from './stage.ts'

declare global {
  /** The number of requests since the page was loaded. Undefined without the stub: then the server counts. */
  var requestCount: (() => number) | undefined
}

let requestCount = 0
globalThis.requestCount = () => requestCount

/** Responds like a server, with the user or the item in the URL, cacheable for a minute. */
function respond(input: RequestInfo | URL): Response {
  const url = input instanceof Request ? input.url : String(input)
  const [, id = '0'] = /\/item\/(\d+)/.exec(url) ?? []
  const named: Named = { name: `Ada ${id}` }
  const user = {
    ...named,
    id: Number(id),
    email: `ada.${id}@example.com`,
    roles: ['reader', 'author'],
    address: { street: 'St James’s Square 12', city: 'London' },
  }
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'max-age=60',
    etag: `"${id}"`,
  }
  return new Response(JSON.stringify(user), { headers })
}

// Replaces the network. Each response is new, and arrives in its own task, as from a server.
// This script runs before the contender, because some libraries store `fetch` when they load.
globalThis.fetch = (input) => {
  requestCount++
  return new Promise((resolve) => setTimeout(() => resolve(respond(input))))
}
