import { render } from '@testing-library/vue'
import { createSSRApp, defineComponent, shallowRef } from 'vue'
import { renderToString } from 'vue/server-renderer'
import type { UrlOption } from '@tautline/core'
import { type FetchPagesResult, useFetchPages } from '@tautline/vue'
import {
  type Options,
  type Page,
  type PagesDriver,
  type PagesField,
  type PagesShown,
  DEFAULT_PAGES_FIELDS,
} from '../../../../test/binding-contract/fetch-pages/driver.ts'
import { runPagesScenarios } from '../../../../test/binding-contract/fetch-pages/run.ts'
import { pagesScenarios } from '../../../../test/binding-contract/fetch-pages/scenarios.ts'

interface Props {
  readonly url: UrlOption
  readonly options: Options
}

interface Callbacks {
  made?(result: FetchPagesResult<Page>): void
  rendered?(shown: PagesShown): void
}

const subject = (props: () => Props, shows: readonly PagesField[], callbacks: Callbacks) =>
  defineComponent(() => {
    const result = useFetchPages<Page>(
      () => props().url,
      () => props().options,
    )
    callbacks.made?.(result)
    return () => {
      callbacks.rendered?.(Object.fromEntries(shows.map((field) => [field, result[field].value])))
      return `${result.status.value} ${JSON.stringify(result.pages.value)}`
    }
  })

const driver: PagesDriver = {
  mount(url, options, shows) {
    const renders: PagesShown[] = []
    const props = shallowRef<Props>({ url, options })
    let made: FetchPagesResult<Page> | undefined
    const component = subject(() => props.value, shows, {
      made: (result) => void (made = result),
      rendered: (shown) => void renders.push(shown),
    })
    const { unmount } = render(component)
    if (!made) throw new Error('It was not set up')
    const { fetchNext, fetchPrevious, refetch, abort, mutate } = made
    return {
      renders,
      get shown() {
        return renders.at(-1) ?? {}
      },
      commands: made,
      rerender: (nextUrl, next) => void (props.value = { url: nextUrl, options: next ?? options }),
      unmount,
      fetchNext,
      fetchPrevious,
      refetch,
      abort,
      mutate,
    }
  },
  renderOnServer: (url, options) =>
    renderToString(createSSRApp(subject(() => ({ url, options }), DEFAULT_PAGES_FIELDS, {}))),
  hydrate(html, url, options) {
    const renders: PagesShown[] = []
    const container = document.createElement('div')
    container.innerHTML = html
    const node = container.firstChild
    const rendered = (shown: PagesShown) => void renders.push(shown)
    const app = createSSRApp(subject(() => ({ url, options }), DEFAULT_PAGES_FIELDS, { rendered }))
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

runPagesScenarios(driver, pagesScenarios)
