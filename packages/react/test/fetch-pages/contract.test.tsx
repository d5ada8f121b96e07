import { act, render } from '@testing-library/react'
import { StrictMode } from 'react'
import { type Root, hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import type { UrlOption } from '@tautline/core'
import { type FetchPagesResult, useFetchPages } from '@tautline/react'
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
  readonly shows?: readonly PagesField[]
  readonly rendered?: (shown: PagesShown, result: FetchPagesResult<Page>) => void
}

function Subject({ url, options, shows = DEFAULT_PAGES_FIELDS, rendered }: Props) {
  const result = useFetchPages(url, options)
  rendered?.(Object.fromEntries(shows.map((field) => [field, result[field]])), result)
  return `${result.status} ${JSON.stringify(result.pages)}`
}

const driver: PagesDriver = {
  mount(url, options, shows) {
    const renders: PagesShown[] = []
    let newest: FetchPagesResult<Page> | undefined
    const rendered = (shown: PagesShown, result: FetchPagesResult<Page>) => {
      renders.push(shown)
      newest = result
    }
    const element = (nextUrl: UrlOption, nextOptions: Options) => (
      <StrictMode>
        <Subject url={nextUrl} options={nextOptions} shows={shows} rendered={rendered} />
      </StrictMode>
    )
    const { rerender, unmount } = render(element(url, options))
    const commands = () => {
      if (!newest) throw new Error('It has not rendered')
      return newest
    }
    const { fetchNext, fetchPrevious, refetch, abort, mutate } = commands()
    return {
      renders,
      get shown() {
        return renders.at(-1) ?? {}
      },
      get commands() {
        return commands()
      },
      rerender: (nextUrl, nextOptions) => rerender(element(nextUrl, nextOptions ?? options)),
      unmount,
      fetchNext,
      fetchPrevious,
      refetch,
      abort,
      mutate,
    }
  },
  renderOnServer: async (url, options) => renderToString(<Subject url={url} options={options} />),
  hydrate(html, url, options) {
    const renders: PagesShown[] = []
    const container = document.createElement('div')
    container.innerHTML = html
    const node = container.firstChild
    const mismatches: unknown[] = []
    const app = <Subject url={url} options={options} rendered={(shown) => void renders.push(shown)} />
    const roots: Root[] = []
    const onRecoverableError = (error: unknown) => mismatches.push(error)
    act(() => void roots.push(hydrateRoot(container, app, { onRecoverableError })))
    return {
      renders,
      get text() {
        return container.textContent ?? ''
      },
      get isReused() {
        return container.firstChild === node && mismatches.length === 0
      },
      unmount: () => act(() => roots[0]?.unmount()),
    }
  },
}

runPagesScenarios(driver, pagesScenarios)
