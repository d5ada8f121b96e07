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

interface CompletionOptions extends Generation {
  readonly rate: number
}

const MAX_TOKENS = 1_000_000

function readLimit(body: Fields): number {
  const name = body.has('max_completion_tokens') ? 'max_completion_tokens' : 'max_tokens'
  return body.integer(name, { min: 1, max: MAX_TOKENS }, MAX_TOKENS)
}

function stream(body: EventBody, options: CompletionOptions, completion: Completion): void {
  const { tokens, limit, rate } = options
  const count = Math.min(tokens, limit)
  const send = (data: object): boolean => body.event(eventText({ data: JSON.stringify(data) }))

  function finish(): void {
    send(chunkOf(options, {}, limit < tokens ? 'length' : 'stop'))
    // False when a fault has silenced or ended the stream. The client did not receive everything then.
    if (!body.event(eventText({ data: '[DONE]' }))) return
    completion.finish()
    body.end()
  }

  const pacer = createPacer({
    rate,
    ready: () => body.ready,
    batch: (burst) => burst(),
    emit() {
      if (!send(chunkOf(options, { content: tokenAt(completion.tokens) }))) return false
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
  send(chunkOf(options, { role: 'assistant', content: '' }))
}

/** Chat completions in OpenAI's format. The text is always the same one about knots. */
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
      const options = {
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
        return { kind: 'stream', begin: (body) => stream(body, { ...options, id, rate }, completion) }
      }
      completion.count(Math.min(options.tokens, options.limit))
      completion.finish()
      return { kind: 'json', status: 200, body: completionOf({ ...options, id }) }
    },
    describe: log.describe,
  }
}
