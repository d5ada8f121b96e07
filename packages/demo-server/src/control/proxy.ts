import { type Route } from '../http-router.ts'
import { Problem } from '../problem.ts'
import { type FaultProxy } from '../proxy/fault-proxy.ts'

/** The control routes for the proxy. They let a page use it over HTTP. */
export function proxyRoutes(proxy: FaultProxy): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/control/proxy',
      async handle({ body, json }) {
        const done = proxy.apply(await body())
        json(done, 'id' in done ? 201 : 200)
      },
    },
    {
      method: 'GET',
      path: '/control/proxy',
      handle: ({ json }) =>
        json({
          rules: proxy.rules.list(),
          connections: proxy.connections(),
          log: proxy.log.entries.slice(-1_000),
        }),
    },
    {
      method: 'DELETE',
      path: '/control/proxy',
      handle: ({ json }) => json({ removed: proxy.rules.clear() }),
    },
    {
      method: 'DELETE',
      path: '/control/proxy/:id',
      handle({ parameters, json }) {
        const id = parameters.text('id', { min: 1, max: 40 })
        if (!proxy.rules.remove(id)) throw new Problem(404, 'not-found', `There is no rule ${id}`, 'id')
        json({ removed: 1 })
      },
    },
  ]
}
