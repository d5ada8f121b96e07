import { type Exchange, type Route } from '../http-router.ts'
import { Problem } from '../problem.ts'
import { type PollDesk } from '../polls/polls.ts'

/** In one answer of the control route. */
const LATEST_EVENTS = 200

function listOf(text: string): readonly string[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Problem(400, 'bad-json', 'The text is not JSON')
  }
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (texts.every((item) => typeof item === 'string')) return texts
  throw new Problem(400, 'bad-input', 'A text or a list of texts is wanted', 'text')
}

/** A JSON text or list of texts; as any other type the body is one message as it is. */
async function textsOf({ request, bytes }: Exchange): Promise<string | readonly string[]> {
  const text = (await bytes()).toString('utf8')
  return request.headers['content-type']?.startsWith('application/json') === true ? listOf(text) : text
}

export function pollControlRoutes(desk: PollDesk): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/poll/log/:name',
      async handle(exchange) {
        const name = exchange.parameters.text('name', { min: 1, max: 100 })
        exchange.json(desk.publish(name, await textsOf(exchange)), 201)
      },
    },
    {
      method: 'GET',
      path: '/control/polls',
      handle: ({ json }) => json({ ...desk.view(), log: desk.log.entries.slice(-LATEST_EVENTS) }),
    },
  ]
}
