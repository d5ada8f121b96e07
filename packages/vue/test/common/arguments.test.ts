import { render } from '@testing-library/vue'
import { type EffectScope, defineComponent, effectScope, nextTick, reactive, ref, shallowRef } from 'vue'
import { json } from '@tautline/core'
import { expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import { useWebSocket } from '@tautline/vue'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { socketPages } from '../../../../test/binding-contract/support/pages.ts'
import { socketDriver } from '../support/driver.ts'

const { server, open } = socketPages(socketDriver)
failOnConsoleOutput()

const paths = () => server.peers.map(({ path }) => path)

function scoped<Made>(make: () => Made): Made {
  const scope: EffectScope = effectScope(true)
  const made = scope.run(make)
  if (made === undefined) throw new Error('The scope is not active')
  onTestFinished(() => scope.stop())
  return made
}

test('[url-change] the URL may be a ref', async () => {
  const page = open()
  const url = ref<string | null>(null)
  const { status } = scoped(() => useWebSocket(url, { environment: page.environment }))
  expect(status.value).toBe('idle')
  url.value = '/a'
  expect(status.value).toBe('connecting')
  await page.until(() => expect(status.value).toBe('open'))
  url.value = '/b'
  await page.until(() => expect(paths()).toEqual(['/a', '/b']))
  await page.until(() => expect(status.value).toBe('open'))
})

test('[url-change] the URL may be a getter over props', async () => {
  const page = open()
  const Room = defineComponent({
    props: { name: { type: String, required: true } },
    setup(props) {
      const { status } = useWebSocket(() => `/room/${props.name}`, { environment: page.environment })
      return () => status.value
    },
  })
  const { container, rerender, unmount } = render(Room, { props: { name: 'a' } })
  await page.until(() => expect(container.textContent).toBe('open'))
  await rerender({ name: 'b' })
  await page.until(() => expect(paths()).toEqual(['/room/a', '/room/b']))
  unmount()
})

test('[outbox] send() right after a change of the URL sends to the new URL', async () => {
  const page = open()
  const url = ref('/a')
  const { status, send } = scoped(() => useWebSocket(url, { environment: page.environment }))
  await page.until(() => expect(status.value).toBe('open'))
  url.value = '/b'
  send('for b')
  await page.until(() => expect(server.peers[1]?.received).toEqual(['for b']))
  expect(server.peers[0]?.received).toEqual([])
})

test('[option-functions] a function with a parameter runs before every attempt and is no getter', async () => {
  const page = open()
  const attempts: number[] = []
  const { status, reconnect } = scoped(() =>
    useWebSocket(
      ({ attempt }) => {
        attempts.push(attempt)
        return `/provided?call=${attempts.length}`
      },
      { environment: page.environment },
    ),
  )
  expect(attempts).toEqual([])
  await page.until(() => expect(status.value).toBe('open'))
  reconnect()
  await page.until(() => expect(paths()).toEqual(['/provided?call=1', '/provided?call=2']))
})

test('[option-functions] an async function runs once before every attempt', async () => {
  const page = open()
  let calls = 0
  const { status } = scoped(() =>
    useWebSocket(async () => `/token?call=${++calls}`, { environment: page.environment }),
  )
  expect(calls).toBe(0)
  await page.until(() => expect(status.value).toBe('open'))
  expect(calls).toBe(1)
})

test('[option-functions] a function without a parameter that returns a promise is first called as a getter, and this result is not used', async () => {
  const page = open()
  const token = shallowRef(0)
  let calls = 0
  const provider = () => {
    calls++
    return calls === 1
      ? Promise.reject(new Error('called too early'))
      : Promise.resolve(`/promised?${token.value}`)
  }
  const { status } = scoped(() => useWebSocket(provider, { environment: page.environment }))
  expect(calls).toBe(1)
  await page.until(() => expect(status.value).toBe('open'))
  expect(calls).toBe(2)
  // It is no getter, so the ref is not watched.
  token.value = 1
  await page.settle()
  expect(paths()).toEqual(['/promised?0'])
})

test('[no-url] options may be a getter', async () => {
  const page = open()
  const enabled = ref(false)
  const { status } = scoped(() =>
    useWebSocket('/getter', () => ({ environment: page.environment, enabled: enabled.value })),
  )
  await page.settle()
  expect(status.value).toBe('idle')
  enabled.value = true
  await page.until(() => expect(status.value).toBe('open'))
})

test('[no-url] options may be a ref that is set later', async () => {
  const page = open()
  const options = shallowRef({ environment: page.environment, enabled: false })
  const { status } = scoped(() => useWebSocket('/ref', options))
  options.value = { ...options.value, enabled: true }
  await page.until(() => expect(status.value).toBe('open'))
})

test('[no-url] options may be a reactive object, whose codecs stay unwrapped', async () => {
  const page = open()
  const codec = json(z.object({ n: z.number() }))
  let decoded = 0
  const counting = {
    encode: codec.encode,
    decode(raw: string | ArrayBuffer | Blob) {
      decoded++
      return codec.decode(raw)
    },
  }
  const { environment } = page
  const options = reactive({ environment, codec: counting, enabled: false })
  const first = scoped(() => useWebSocket('/reactive', options))
  const second = scoped(() => useWebSocket('/reactive', { environment, codec: counting }))
  options.enabled = true
  await page.until(() => expect([first.status.value, second.status.value]).toEqual(['open', 'open']))
  server.peer.send('{"n":1}')
  await page.until(() => expect([first.data.value, second.data.value]).toEqual([{ n: 1 }, { n: 1 }]))
  expect(server.peers).toHaveLength(1)
  expect(decoded).toBe(1)
})

test('[latest-handlers] the newest handler of a getter is called', async () => {
  const page = open()
  const name = ref('first')
  const received: string[] = []
  const { status } = scoped(() =>
    useWebSocket('/newest', () => {
      const who = name.value
      return { environment: page.environment, onMessage: () => received.push(who) }
    }),
  )
  await page.until(() => expect(status.value).toBe('open'))
  server.peer.send('one')
  await page.until(() => expect(received).toEqual(['first']))
  name.value = 'second'
  await nextTick()
  server.peer.send('two')
  await page.until(() => expect(received).toEqual(['first', 'second']))
  expect(server.peers).toHaveLength(1)
})

test('a new select shows its part at once', async () => {
  const page = open()
  const field = ref<'a' | 'b'>('a')
  const { data } = scoped(() =>
    useWebSocket('/select', () => {
      const key = field.value
      const initialData = { a: 1, b: 2 }
      const reduce = (all: typeof initialData) => all
      const select = (all: typeof initialData) => all[key]
      return { environment: page.environment, initialData, reduce, select }
    }),
  )
  expect(data.value).toBe(1)
  field.value = 'b'
  expect(data.value).toBe(2)
  await page.settle()
})
