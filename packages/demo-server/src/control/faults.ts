import { readFaultRule, type SettledFaultRule } from '../faults.ts'
import { type Route } from '../http-router.ts'
import { Problem } from '../problem.ts'
import { type RuleBook } from '../rule-book.ts'

/** The control routes for the faults of the server itself. */
export function faultRoutes(faults: RuleBook<SettledFaultRule>): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/control/fault',
      async handle({ body, json }) {
        json(faults.add(readFaultRule(await body())), 201)
      },
    },
    {
      method: 'GET',
      path: '/control/faults',
      handle: ({ json }) => json({ faults: faults.list() }),
    },
    {
      method: 'DELETE',
      path: '/control/faults',
      handle: ({ json }) => json({ removed: faults.clear() }),
    },
    {
      method: 'DELETE',
      path: '/control/faults/:id',
      handle({ parameters, json }) {
        const id = parameters.text('id', { min: 1, max: 40 })
        if (!faults.remove(id)) throw new Problem(404, 'not-found', `There is no rule ${id}`, 'id')
        json({ removed: 1 })
      },
    },
  ]
}
