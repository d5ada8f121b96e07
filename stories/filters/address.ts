import { type Store } from '../ui/store.ts'

/** The query string of the page. `back` and `forward` of the browser change it too. */
export const address: Store<string> = {
  subscribe(listener) {
    addEventListener('popstate', listener)
    return () => removeEventListener('popstate', listener)
  },
  getSnapshot: () => location.search,
}

/** Changes parameters of the query string; an empty value removes its parameter. */
export function changeAddress(parameters: Readonly<Record<string, string>>, mode: 'push' | 'replace'): void {
  const url = new URL(location.href)
  for (const [name, value] of Object.entries(parameters)) {
    if (value === '') url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  }
  if (mode === 'push') history.pushState(null, '', url)
  else history.replaceState(history.state, '', url)
  // Browsers fire it for `back` and `forward` only.
  dispatchEvent(new PopStateEvent('popstate', { state: history.state }))
}
