import { HttpResponse, http } from 'msw'
import { z } from 'zod'
import { MOCK_URL } from '../server/story-server.ts'
import { type MockConnection, connections, rules } from './wire.ts'

// The part of the demo server's /control that a page can imitate. Rules apply to connections whose target begins with `match`.

const Wish = z.object({
  fault: z.string().default('drop'),
  match: z.string().default(''),
  code: z.number().default(1011),
  reason: z.string().default(''),
  count: z.union([z.number(), z.literal('always')]).default(1),
})

let made = 0

async function strike(
  request: Request,
  act: (connection: MockConnection, wish: z.infer<typeof Wish>) => void,
) {
  const wish = Wish.parse(await request.json())
  const hit = [...connections].filter(({ target }) => target.startsWith(wish.match))
  for (const connection of hit) act(connection, wish)
  return HttpResponse.json({ connections: hit.length })
}

const at = (path: string): string => `${MOCK_URL}${path}`

export const control = [
  http.get(at('/health'), () => HttpResponse.json({ status: 'ok' })),
  http.get(at('/control/state'), () =>
    HttpResponse.json({ connections: [...connections].map(({ target }) => ({ target })) }),
  ),
  http.post(at('/control/fault'), async ({ request }) => {
    const { fault, match, code, reason, count } = Wish.parse(await request.json())
    const id = `m${(made += 1)}`
    rules.push({
      id,
      fault,
      match,
      code,
      reason,
      left: count === 'always' ? Number.POSITIVE_INFINITY : count,
    })
    return HttpResponse.json({ id }, { status: 201 })
  }),
  http.delete(at('/control/faults/:id'), ({ params }) => {
    const index = rules.findIndex(({ id }) => id === params['id'])
    if (index >= 0) rules.splice(index, 1)
    return HttpResponse.json({ removed: index >= 0 ? 1 : 0 })
  }),
  http.post(at('/control/close'), ({ request }) =>
    strike(request, (connection, { code, reason }) => connection.close(code, reason)),
  ),
  http.post(at('/control/drop'), ({ request }) => strike(request, (connection) => connection.close(1006))),
  // What the proxy does to live connections: of that, a page can imitate silence.
  http.post(at('/control/proxy'), ({ request }) => strike(request, (connection) => connection.mute())),
]
