import { HttpResponse, http } from 'msw'
import { MOCK_URL } from '../server/story-server.ts'
import { FaultRule, addRule, removeRule } from './rules.ts'
import { describeStreams } from './stream-endpoints.ts'
import { streams } from './streams.ts'
import { type MockConnection, connections } from './sockets.ts'

// The part of the demo server's /control that a page can imitate. A rule applies to all targets that begin with `match`.

const matching = <One extends { readonly target: string }>(
  all: ReadonlySet<One>,
  { match }: FaultRule,
): One[] => [...all].filter(({ target }) => target.startsWith(match))

async function forEachMatching(request: Request, act: (connection: MockConnection, rule: FaultRule) => void) {
  const rule = FaultRule.parse(await request.json())
  const matches = matching(connections, rule)
  for (const connection of matches) act(connection, rule)
  return HttpResponse.json({ connections: matches.length })
}

/** Imitates the proxy's faults on open connections. A page can imitate two: no more data, and a stream that breaks off. */
async function applyProxyFault(request: Request) {
  const rule = FaultRule.parse(await request.json())
  const sockets = matching(connections, rule)
  const bodies = matching(streams, rule)
  for (const socket of sockets) socket.mute()
  for (const body of bodies) {
    if (rule.fault === 'half-open') body.mute()
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
    HttpResponse.json({ id: addRule(FaultRule.parse(await request.json())) }, { status: 201 }),
  ),
  http.delete(at('/control/faults/:id'), ({ params }) =>
    HttpResponse.json({ removed: removeRule(params['id']) ? 1 : 0 }),
  ),
  http.post(at('/control/close'), ({ request }) =>
    forEachMatching(request, (connection, { code, reason }) => connection.close(code, reason)),
  ),
  http.post(at('/control/drop'), ({ request }) =>
    forEachMatching(request, (connection) => connection.close(1006)),
  ),
  http.post(at('/control/proxy'), ({ request }) => applyProxyFault(request)),
]
