import { type Ref, computed, effectScope, nextTick, reactive, ref } from 'vue'
import {
  type TransportOption,
  type TransportsOption,
  useConnection,
  webSocket,
} from '@tautline/vue/connection'
import { expect, test } from 'vitest'
import { threeTransports, withThree } from '../../../../test/binding-contract/connection/three.ts'
import { connectionPages } from '../../../../test/binding-contract/support/pages.ts'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { connectionDriver } from '../support/driver.ts'

const { server, open } = connectionPages(connectionDriver)
failOnConsoleOutput()

/** Runs the hook in a scope of its own. */
function run(
  page: ReturnType<typeof open>,
  transports: Parameters<typeof useConnection>[0],
  options: object = {},
) {
  const scope = effectScope()
  const { environment } = withThree(page)
  const result = scope.run(() => useConnection(transports, { environment, remember: false, ...options }))
  if (!result) throw new Error('It was not set up')
  return { ...result, status: result.status, transport: result.transport, stop: () => scope.stop() }
}

test('[connection-inline] a getter of a list: a change of its URL is another connection, and an equal list is not', async () => {
  const page = open()
  const user = ref('ada')
  const renders = ref(0)
  const one = run(page, () => (renders.value >= 0 ? threeTransports(user.value) : null))
  await page.until(() => expect(one.status.value).toBe('open'))
  for (let index = 0; index < 20; index++) {
    renders.value++
    await nextTick()
  }
  expect(server.log.attempts).toEqual(['web-socket'])
  user.value = 'bob'
  await page.until(() => expect(server.log.attempts).toHaveLength(2))
  await page.until(() => expect(one.status.value).toBe('open'))
  one.stop()
})

test('[connection-inline] a deep ref of a list: transports in proxies are the same ones, and a new one is noticed', async () => {
  const page = open()
  const [socket, stream] = threeTransports()
  const list: Ref<TransportOption[]> = ref(socket ? [socket] : [])
  const same = run(page, list)
  await page.until(() => expect(same.status.value).toBe('open'))
  const plain = run(page, threeTransports().slice(0, 1))
  await page.until(() => expect(plain.status.value).toBe('open'))
  expect(server.log.attempts).toEqual(['web-socket'])
  if (stream) list.value.push(stream)
  await page.until(() => expect(server.log.attempts).toEqual(['web-socket', 'web-socket']))
  await page.until(() => expect(same.status.value).toBe('open'))
  same.stop()
  plain.stop()
})

test('[connection-inline] a computed list that is null first opens later', async () => {
  const page = open()
  const user = ref<string>()
  const one = run(
    page,
    computed((): TransportsOption => (user.value ? threeTransports(user.value) : null)),
  )
  expect(one.status.value).toBe('idle')
  user.value = 'ada'
  await page.until(() => expect(one.status.value).toBe('open'))
  one.stop()
})

test('options may be refs: `fallbackAfter`, `upgrade.after` and `enabled`; functions of the connection stay functions', async () => {
  const page = open()
  const { log } = server
  log.network['web-socket'] = 'silent'
  const enabled = ref(false)
  const after = ref(5000)
  const one = run(page, threeTransports(), {
    enabled,
    fallbackAfter: () => 1000,
    isNext: () => true,
    upgrade: reactive({ after }),
  })
  await page.settle()
  expect(one.status.value).toBe('idle')
  enabled.value = true
  await page.settle()
  await page.advance(999)
  expect(log.attempts).toEqual(['web-socket'])
  await page.advance(1)
  await page.until(() => expect(one.transport.value).toBe('event-source'))
  log.network['web-socket'] = 'works'
  await page.advance(10_000)
  await page.until(() => expect(one.transport.value).toBe('web-socket'))
  one.stop()
})

test('a list with an invalid transport throws in setup', () => {
  const page = open()
  expect(() => run(page, [])).toThrow(expect.objectContaining({ code: 'bad-option' }))
  expect(() => run(page, [webSocket('/a'), webSocket('/a')])).toThrow('twice')
})
