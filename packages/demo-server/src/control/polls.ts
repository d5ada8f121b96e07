import { type Exchange, type Route } from '../http-router.ts'
import { Problem } from '../problem.ts'
import { type PollService } from '../polls/polls.ts'

/** The number of log entries in one response of the control route. */
const LATEST_EVENTS = 200

function parseTexts(text: string): readonly string[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Problem(400, 'bad-json', 'The text is not JSON')
  }
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (texts.every((item) => typeof item === 'string')) return texts
  throw new Problem(400, 'bad-input', 'The body must be a text or a list of texts', 'text')
}

/** Reads the body as a JSON text or a list of texts. With any other content type the body is one message. */
async function readTexts({ request, bytes }: Exchange): Promise<string | readonly string[]> {
  const text = (await bytes()).toString('utf8')
  return request.headers['content-type']?.startsWith('application/json') === true ? parseTexts(text) : text
}

export function pollControlRoutes(pollService: PollService): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/poll/log/:name',
      async handle(exchange) {
        const name = exchange.parameters.text('name', { min: 1, max: 100 })
        exchange.json(pollService.publish(name, await readTexts(exchange)), 201)
      },
    },
    {
      method: 'GET',
      path: '/control/polls',
      handle: ({ json }) =>
        json({ ...pollService.view(), log: pollService.log.entries.slice(-LATEST_EVENTS) }),
    },
  ]
}
