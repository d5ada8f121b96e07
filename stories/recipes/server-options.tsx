import { createFetchCache } from '@tautline/core'
import { TautlineProvider } from '@tautline/react'
import type { ReactNode } from 'react'
import { renderToString } from 'react-dom/server'

/** Runs once for each incoming request. Components may render several times, so it is not in one of them. */
export function renderPage(user: { readonly id: string }, page: ReactNode): string {
  const options = { key: user.id, fetch: { cache: createFetchCache() } }
  return renderToString(<TautlineProvider options={options}>{page}</TautlineProvider>)
}
