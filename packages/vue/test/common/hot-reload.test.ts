import { render } from '@testing-library/vue'
import { type Component, defineComponent, h, nextTick } from 'vue'
import { expect, test } from 'vitest'
import { useWebSocket } from '@tautline/vue'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { socketPages } from '../../../../test/binding-contract/support/pages.ts'
import { socketDriver } from '../support/driver.ts'

const { server, open } = socketPages(socketDriver)
failOnConsoleOutput()

/** What `@vitejs/plugin-vue` calls when a file has changed. */
interface HotReload {
  createRecord(id: string, component: Component): boolean
  rerender(id: string, render: () => unknown): void
  reload(id: string, component: Component): void
}
const hot = Reflect.get(globalThis, '__VUE_HMR_RUNTIME__') as HotReload // set by the development build of Vue

const openPaths = () => server.peers.filter(({ closed }) => !closed).map(({ path }) => path)

test.each<[name: string, paths: readonly string[]]>([
  ['the same URL', ['/hot', '/hot', '/hot']],
  ['another URL each time', ['/one', '/two', '/three']],
])('[close] hot-reloading a component leaves no connection: %s', async (_, paths) => {
  const page = open()
  const id = `hot-${paths.join()}`
  const version = (path: string) =>
    Object.assign(
      defineComponent(() => {
        const { status } = useWebSocket(path, { environment: page.environment })
        return () => h('p', `${path} ${status.value}`)
      }),
      { __hmrId: id },
    )
  const [first = '', ...later] = paths
  const child = version(first)
  hot.createRecord(id, child)
  const { container, unmount } = render(defineComponent(() => () => h('div', [h(child)])))
  await page.until(() => expect(container.textContent).toBe(`${first} open`))
  hot.rerender(id, () => h('p', 'another template'))
  await nextTick()
  expect(openPaths()).toEqual([first])
  for (const path of later) hot.reload(id, version(path))
  await page.until(() => expect(container.textContent).toBe(`${paths.at(-1)} open`))
  for (const path of later) {
    hot.reload(id, version(path))
    await page.until(() => expect(container.textContent).toBe(`${path} open`))
  }
  await page.advance(2000)
  await page.until(() => expect(openPaths()).toEqual(paths.slice(-1)))
  unmount()
  await page.advance(2000)
  await page.until(() => expect(openPaths()).toEqual([]))
})
