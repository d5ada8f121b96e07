import { render } from '@testing-library/vue'
import { createSSRApp, defineComponent, shallowRef } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { tautline, useFetches } from '@tautline/vue'
import {
  type ListDriver,
  type ListField,
  type ListShown,
  type MountedList,
  type Request,
  DEFAULT_LIST_FIELDS,
} from '../../../../test/binding-contract/fetches/driver.ts'
import { runListScenarios } from '../../../../test/binding-contract/fetches/run.ts'
import { listScenarios } from '../../../../test/binding-contract/fetches/scenarios.ts'

type Results = MountedList['results']

interface Callbacks {
  made?(results: () => Results): void
  rendered?(shown: ListShown): void
}

const subject = (requests: () => readonly Request[], shows: readonly ListField[], callbacks: Callbacks) =>
  defineComponent(() => {
    const results = useFetches(requests)
    callbacks.made?.(() => results.value as Results)
    return () => {
      callbacks.rendered?.(
        results.value.map((result) => Object.fromEntries(shows.map((field) => [field, result[field]]))),
      )
      return results.value.map(({ status, data }) => `${status} ${JSON.stringify(data)}`).join()
    }
  })

const driver: ListDriver = {
  mount(given, shows, defaults) {
    const renders: ListShown[] = []
    const requests = shallowRef(given)
    let read: (() => Results) | undefined
    const component = subject(() => requests.value, shows, {
      made: (results) => void (read = results),
      rendered: (shown) => void renders.push(shown),
    })
    const plugins = defaults ? [[tautline, defaults] as const] : []
    const { unmount } = render(component, { global: { plugins: plugins as never } })
    return {
      renders,
      get results() {
        return read?.() ?? []
      },
      rerender: (next) => void (requests.value = next),
      unmount,
    }
  },
  renderOnServer: (requests) =>
    renderToString(createSSRApp(subject(() => requests, DEFAULT_LIST_FIELDS, {}))),
  hydrate(html, requests) {
    const renders: ListShown[] = []
    const container = document.createElement('div')
    container.innerHTML = html
    const node = container.firstChild
    const rendered = (shown: ListShown) => void renders.push(shown)
    const app = createSSRApp(subject(() => requests, DEFAULT_LIST_FIELDS, { rendered }))
    app.mount(container)
    return {
      renders,
      get text() {
        return container.textContent ?? ''
      },
      get isReused() {
        return container.firstChild === node
      },
      unmount: () => app.unmount(),
    }
  },
}

runListScenarios(driver, listScenarios)
