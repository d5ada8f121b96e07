import { isAllowed } from '../bearer.ts'
import { readRate } from '../endpoints/ticker.ts'
import { type Fields } from '../input.ts'
import { createPacer } from '../pacer.ts'
import { type Tokens } from '../tokens.ts'
import { type Completion, createCompletionLog } from './completion-log.ts'
import { chunkOf, completionOf, type Generation, promptOf, UNAUTHORIZED_BODY } from './completion-format.ts'
import { type EventBody } from './event-body.ts'
import { eventText } from './event-text.ts'
import { tokenAt } from './knots.ts'
import { type StreamEndpoint } from './stream-endpoint.ts'

interface Wish extends Generation {
  readonly rate: number
}

const MAX_TOKENS = 1_000_000

function readLimit(body: Fields): number {
  const name = body.has('max_completion_tokens') ? 'max_completion_tokens' : 'max_tokens'
  return body.integer(name, { min: 1, max: MAX_TOKENS }, MAX_TOKENS)
}

function stream(body: EventBody, wish: Wish, completion: Completion): void {
  const { tokens, limit, rate } = wish
  const count = Math.min(tokens, limit)
  const send = (data: object): boolean => body.event(eventText({ data: JSON.stringify(data) }))

  function finish(): void {
    send(chunkOf(wish, {}, limit < tokens ? 'length' : 'stop'))
    // Refused when a fault has silenced or ended the stream: then the client did not get all.
    if (!body.event(eventText({ data: '[DONE]' }))) return
    completion.finish()
    body.end()
  }

  const pacer = createPacer({
    rate,
    ready: () => body.ready,
    batch: (burst) => burst(),
    emit() {
      if (!send(chunkOf(wish, { content: tokenAt(completion.tokens) }))) return false
      completion.count(1)
      if (completion.tokens < count) return true
      finish()
      return false
    },
  })
  body.onClosed(() => {
    pacer.stop()
    completion.abort()
  })
  send(chunkOf(wish, { role: 'assistant', content: '' }))
}

/** The wire format of OpenAI's chat completions, with a text about knots for an answer to everything. */
export function createCompletions(tokens: Tokens): StreamEndpoint {
  const log = createCompletionLog()

  return {
    name: 'completions',
    path: '/v1/chat/completions',
    methods: ['POST'],
    async admit(exchange) {
      const { parameters, request, body } = exchange
      if (!isAllowed(exchange, tokens)) {
        const headers = { 'WWW-Authenticate': 'Bearer' }
        return { kind: 'json', status: 401, body: UNAUTHORIZED_BODY, headers }
      }
      const rate = readRate(parameters, 40)
      const length = parameters.integer('tokens', { min: 1, max: MAX_TOKENS }, 120)
      const fields = await body()
      const wish = {
        created: Math.floor(Date.now() / 1_000),
        model: fields.text('model', { min: 1, max: 100 }, 'bowline-1'),
        prompt: promptOf(fields),
        tokens: length,
        limit: readLimit(fields),
      }
      const streaming = fields.flag('stream', false)
      const key = request.headers['idempotency-key']
      const completion = log.start(typeof key === 'string' ? key : undefined)
      const { id } = completion
      if (streaming) {
        return { kind: 'stream', begin: (body) => stream(body, { ...wish, id, rate }, completion) }
      }
      completion.count(Math.min(wish.tokens, wish.limit))
      completion.finish()
      return { kind: 'json', status: 200, body: completionOf({ ...wish, id }) }
    },
    describe: log.describe,
  }
}
