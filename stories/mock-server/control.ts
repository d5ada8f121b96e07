import { HttpResponse, http } from 'msw'
import { MOCK_URL } from '../server/story-server.ts'
import { Wish, addRule, removeRule } from './rules.ts'
import { describeStreams } from './stream-endpoints.ts'
import { streams } from './streams.ts'
import { type MockConnection, connections } from './wire.ts'

// The part of the demo server's /control that a page can imitate. Rules apply to what has a target that begins with `match`.

const struck = <One extends { readonly target: string }>(all: ReadonlySet<One>, { match }: Wish): One[] =>
  [...all].filter(({ target }) => target.startsWith(match))

async function strike(request: Request, act: (connection: MockConnection, wish: Wish) => void) {
  const wish = Wish.parse(await request.json())
  const hit = struck(connections, wish)
  for (const connection of hit) act(connection, wish)
  return HttpResponse.json({ connections: hit.length })
}

/** What the proxy does to what is open: of that, a page can imitate silence, and the end of a stream. */
async function strikeTheLine(request: Request) {
  const wish = Wish.parse(await request.json())
  const sockets = struck(connections, wish)
  const bodies = struck(streams, wish)
  for (const socket of sockets) socket.mute()
  for (const body of bodies) {
    if (wish.fault === 'half-open') body.mute()
    else body.cut()
  }
  return HttpResponse.json({ connections: sockets.length + bodies.length })
}

const at = (path: string): string => `${MOCK_URL}${path}`

export const control = [
  http.get(at('/health'), () => HttpResponse.json({ status: 'ok' })),
  http.get(at('/control/state'), () =>
    HttpResponse.json({
      connections: [...connections].map(({ target }) => ({ target })),
      endpoints: describeStreams(),
    }),
  ),
  http.post(at('/control/fault'), async ({ request }) =>
    HttpResponse.json({ id: addRule(Wish.parse(await request.json())) }, { status: 201 }),
  ),
  http.delete(at('/control/faults/:id'), ({ params }) =>
    HttpResponse.json({ removed: removeRule(params['id']) ? 1 : 0 }),
  ),
  http.post(at('/control/close'), ({ request }) =>
    strike(request, (connection, { code, reason }) => connection.close(code, reason)),
  ),
  http.post(at('/control/drop'), ({ request }) => strike(request, (connection) => connection.close(1006))),
  http.post(at('/control/proxy'), ({ request }) => strikeTheLine(request)),
]
