import { type Route } from '../http-router.ts'
import { type Requests } from '../requests.ts'

/** The control routes that show and reset the counts of HTTP requests. */
export function requestRoutes(requests: Requests): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/control/requests',
      handle({ parameters, json }) {
        const match = parameters.text('match', { min: 0, max: 2_000 }, '')
        json({ total: requests.counts(match), paths: requests.paths(match) })
      },
    },
    {
      method: 'DELETE',
      path: '/control/requests',
      handle: ({ json }) => json({ forgotten: requests.forget() }),
    },
  ]
}
