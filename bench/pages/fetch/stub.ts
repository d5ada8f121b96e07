import type { Named } from './stage.ts'

declare global {
  /** How often the page has asked since it was loaded; not there where it asks the server itself, which then counts. */
  var asked: (() => number) | undefined
}

let asked = 0
globalThis.asked = () => asked

/** How a server would answer: a user, or the item that the URL names; good for a minute. */
function answer(input: RequestInfo | URL): Response {
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

// Takes the network out of what is measured: each answer comes in a task of its own, as from a server, and is a fresh one.
// The page has this before its contender, so that whoever keeps `fetch` at the start keeps this one.
globalThis.fetch = (input) => {
  asked++
  return new Promise((resolve) => setTimeout(() => resolve(answer(input))))
}
