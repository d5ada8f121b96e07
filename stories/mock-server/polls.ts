import { HttpResponse, http } from 'msw'
import { z } from 'zod'
import { type PollLog, createPollLog } from '../../packages/demo-server/src/polls/poll-log.ts'
import { MOCK_URL } from '../server/story-server.ts'
import { type MockDialect, pollDialects } from './poll-dialects.ts'
import { type FaultRule, takeRule } from './rules.ts'
import { truncatedBody } from './streams.ts'

const logs = new Map<string, PollLog>()
const clients = new Map<string, { requests: number; bytes: number; messages: number }>()

function logOf(name: string): PollLog {
  const log = logs.get(name) ?? createPollLog()
  logs.set(name, log)
  return log
}

function countsOf(client: string) {
  const counts = clients.get(client) ?? { requests: 0, bytes: 0, messages: 0 }
  clients.set(client, counts)
  return counts
}

/** Resolves when the log has a message after `from`, or after `ms`. */
function waitForMessages(log: PollLog, from: number, ms: number): Promise<void> {
  if (log.published > from || ms <= 0) return Promise.resolve()
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer)
      stopListening()
      resolve()
    }
    const timer = setTimeout(finish, ms)
    const stopListening = log.listen(() => log.published > from && finish())
  })
}

/** The response, cut short if a rule says so. */
async function applyFault(response: Response, rule: FaultRule | undefined): Promise<Response> {
  if (rule?.fault !== 'cut' || response.status !== 200) return response
  const bytes = new Uint8Array(await response.arrayBuffer())
  return new Response(truncatedBody(bytes.subarray(0, rule.bytes)), response)
}

const pollEndpoint = ({ path, read, write }: MockDialect) =>
  http.get(`${MOCK_URL}${path}`, async ({ request, params }) => {
    const { pathname, search, searchParams: query } = new URL(request.url)
    const rule = takeRule(pathname + search)
    const counts = countsOf(query.get('client') ?? 'anonymous')
    counts.requests += 1
    if (rule?.fault === 'refuse') return new HttpResponse(null, { status: rule.status })
    const log = logOf(String(params['log'] ?? query.get('log')))
    const { from, hold, limit = 1_000 } = read({ query, headers: request.headers, log })
    await waitForMessages(log, from, hold)
    const messages = log.after(from, limit)
    const response = write(messages, log, from)
    counts.bytes += (await response.clone().arrayBuffer()).byteLength
    counts.messages += messages.length
    return applyFault(response, rule)
  })

const Texts = z.array(z.string().min(1)).min(1)

const publish = http.post(`${MOCK_URL}/poll/log/:log`, async ({ request, params }) => {
  const texts = Texts.parse(await request.json())
  const name = String(params['log'])
  const last = logOf(name).publish(texts)
  return HttpResponse.json({ log: name, first: last - texts.length + 1, last }, { status: 201 })
})

const state = http.get(`${MOCK_URL}/control/polls`, () =>
  HttpResponse.json({ clients: Object.fromEntries(clients) }),
)

export const pollEndpoints = [...pollDialects.map(pollEndpoint), publish, state]
