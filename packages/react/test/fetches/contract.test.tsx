import { act, render } from '@testing-library/react'
import { StrictMode } from 'react'
import { type Root, hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { type FetchResult, TautlineProvider, useFetches } from '@tautline/react'
import {
  type ListDriver,
  type ListField,
  type ListShown,
  type Request,
  DEFAULT_LIST_FIELDS,
} from '../../../../test/binding-contract/fetches/driver.ts'
import { runListScenarios } from '../../../../test/binding-contract/fetches/run.ts'
import { listScenarios } from '../../../../test/binding-contract/fetches/scenarios.ts'

type Results = readonly FetchResult<unknown, unknown, unknown>[]

interface Props {
  readonly requests: readonly Request[]
  readonly shows?: readonly ListField[]
  readonly rendered?: (shown: ListShown, results: Results) => void
}

function Subject({ requests, shows = DEFAULT_LIST_FIELDS, rendered }: Props) {
  const results = useFetches(requests)
  rendered?.(
    results.map((result) => Object.fromEntries(shows.map((field) => [field, result[field]]))),
    results,
  )
  return results.map(({ status, data }) => `${status} ${JSON.stringify(data)}`).join()
}

const driver: ListDriver = {
  mount(requests, shows, defaults) {
    const renders: ListShown[] = []
    let newest: Results = []
    const rendered = (shown: ListShown, results: Results) => {
      renders.push(shown)
      newest = results
    }
    const element = (next: readonly Request[]) => {
      const subject = <Subject requests={next} shows={shows} rendered={rendered} />
      return (
        <StrictMode>
          {defaults ? <TautlineProvider options={defaults}>{subject}</TautlineProvider> : subject}
        </StrictMode>
      )
    }
    const { rerender, unmount } = render(element(requests))
    return {
      renders,
      get results() {
        return newest
      },
      rerender: (next) => rerender(element(next)),
      unmount,
    }
  },
  renderOnServer: async (requests) => renderToString(<Subject requests={requests} />),
  hydrate(html, requests) {
    const renders: ListShown[] = []
    const container = document.createElement('div')
    container.innerHTML = html
    const node = container.firstChild
    const mismatches: unknown[] = []
    const app = <Subject requests={requests} rendered={(shown) => void renders.push(shown)} />
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

runListScenarios(driver, listScenarios)
