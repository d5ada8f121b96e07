import type { FetchPagesCommands, FetchPagesOptions, FetchPagesSnapshot } from '@tautline/core'
import { type fetchOptionDocs, fetchResultDocs } from './fetch-option-docs.ts'
import type { Table } from './option-docs.ts'

// The API tables of useFetchPages, checked against the types. Options of useFetch are in its own table.

type OwnOptions = Exclude<keyof FetchPagesOptions, Exclude<keyof typeof fetchOptionDocs, 'initialData'>>

export const pagesOptionDocs = {
  next: {
    type: '(page, { response, pages, index }) => link',
    preset: 'none: one page',
    text: 'The request of the page after this one: pageNumber(name), cursor(name, read), linkHeader(rel), or a function. It returns query parameters, which replace those of the same name, a URL of the same origin, or nothing at the end. It depends on its arguments only.',
  },
  previous: {
    type: '(page, { response, pages, index }) => link',
    preset: 'the pages that maxPages has dropped',
    text: 'The request of the page before this one.',
  },
  maxPages: {
    type: 'number',
    preset: 'no limit',
    text: 'How many pages are shown. fetchNext drops the first page beyond it, and hasPrevious is true; fetchPrevious drops the last one.',
  },
  initialData: {
    type: 'Page[]',
    preset: 'none',
    text: 'The first pages before the first response, such as those that a server has rendered. Fresh for maxAge; without it, they are refetched at once. Not shown for another list.',
  },
} satisfies Table<OwnOptions>

export const pagesResultDocs = {
  pages: {
    type: 'readonly Page[]',
    text: 'The pages in their order; [] before the first response. Pages that are equal keep their identity.',
  },
  status: { ...fetchResultDocs.status, text: 'As in useFetch. With error, the pages from before stay.' },
  error: fetchResultDocs.error,
  hasNext: { type: 'boolean', text: 'Whether there is a page after the last one.' },
  hasPrevious: { type: 'boolean', text: 'Whether there is a page before the first one.' },
  isFetchingNext: { type: 'boolean', text: 'Whether fetchNext is under way.' },
  isFetchingPrevious: { type: 'boolean', text: 'Whether fetchPrevious is under way.' },
  isFetching: {
    type: 'boolean',
    text: 'Whether any page is being requested. Renders only components that read it.',
  },
  response: { type: '{ status, url, headers }', text: 'The head of the response of the last page.' },
  failure: fetchResultDocs.failure,
  attempt: fetchResultDocs.attempt,
  retryAt: fetchResultDocs.retryAt,
  waitingFor: fetchResultDocs.waitingFor,
  fetchNext: {
    type: '() => Promise<Page[]>',
    text: 'Fetches the page after the last one, or the first page if there is none; after an error, again. Calls meanwhile share one request; at the end nothing is requested.',
  },
  fetchPrevious: { type: '() => Promise<Page[]>', text: 'Fetches the page before the first one.' },
  refetch: {
    type: "({ pages: 'all' | 'first' }?) => Promise<Page[]>",
    text: 'Requests the pages again, and shows the new ones together. first: the first page, and the following ones only if its link to them has changed.',
  },
  abort: { type: '() => void', text: 'Aborts the requests. The pages stay.' },
  mutate: {
    type: '(update, { rollback }?) => undo',
    text: 'Changes pages at once in all components that show them, as in useFetch. The number of pages stays the same.',
  },
} satisfies Table<keyof FetchPagesSnapshot<unknown> | keyof FetchPagesCommands<unknown>>
