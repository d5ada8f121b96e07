import { expect, test } from 'vitest'
import { block, respond, stream } from '../../test/event-source/harness.ts'
import { createPollEnvironment } from '../../test/long-poll/harness.ts'
import { createLongPoll, query } from '../long-poll/index.ts'

test('a `for await` loop lets the page run after 8 ms, inside a chunk and inside a response', async () => {
  for (const source of ['stream', 'poll'] as const) {
    const environment = createPollEnvironment()
    const options = { environment, cursor: query('s', () => 1), messages: (body: number[]) => body }
    const { client } =
      source === 'stream' ? stream({}, '/news', environment) : { client: createLongPoll('/poll', options) }
    const turns: number[] = []
    let count = 0
    const page = () => {
      turns.push(count)
      environment.setTimeout(page, 1)
    }
    const loop = (async () => {
      for await (const _ of client) {
        environment.jump(0.5)
        if (++count === 100) break
      }
    })()
    await environment.advance(0)
    if (source === 'stream') {
      await respond(environment)
      environment.request.write(block('x').repeat(100))
    } else {
      environment.request.respond({ headers: { 'content-type': 'application/json' } })
      environment.request.write(JSON.stringify(Array.from({ length: 100 }, (_, index) => index)))
      environment.request.end()
    }
    environment.setTimeout(page, 1)
    await environment.advance(200)
    await loop
    const steps = turns.map((turn, index) => turn - (turns[index - 1] ?? 0))
    expect([count, Math.max(...steps)]).toEqual([100, 16])
    client.close()
  }
})

test('a loop that waits for the page ends with return()', async () => {
  const { client, environment } = stream()
  const iterator = client[Symbol.asyncIterator]()
  const first = iterator.next()
  await environment.advance(0)
  await respond(environment)
  environment.request.write(block('a') + block('b'))
  await environment.advance(0)
  expect(await first).toEqual({ done: false, value: 'a' })
  environment.jump(10)
  void iterator.next()
  await iterator.return?.()
  client.close()
  expect(await iterator.next()).toEqual({ done: true, value: undefined })
})
