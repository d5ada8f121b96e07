import {
  connectionOptionDocs,
  webSocketTransportDocs,
  eventSourceTransportDocs,
  pollTransportDocs,
  connectionResultDocs,
  connectionErrorDocs,
} from '../../stories/docs/connection-option-docs.ts'
import { webSocketErrorDocs } from '../../stories/docs/error-docs.ts'
import { fetchErrorDocs } from '../../stories/docs/fetch-error-docs.ts'
import { fetchOptionDocs, fetchOverrideDocs, fetchResultDocs } from '../../stories/docs/fetch-option-docs.ts'
import { pagesOptionDocs, pagesResultDocs } from '../../stories/docs/fetch-pages-docs.ts'
import {
  longPollOptionDocs,
  longPollResultDocs,
  longPollErrorDocs,
} from '../../stories/docs/long-poll-option-docs.ts'
import {
  type Row,
  optionDocs,
  resumableDocs,
  pingsDocs,
  silenceDocs,
  resultDocs,
} from '../../stories/docs/option-docs.ts'
import { streamOptionDocs, streamResultDocs, streamErrorDocs } from '../../stories/docs/stream-option-docs.ts'

/** The tables of options, results and errors, by name. The types of the packages check them. */
const tables: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  connectionOptionDocs,
  webSocketTransportDocs,
  eventSourceTransportDocs,
  pollTransportDocs,
  connectionResultDocs,
  connectionErrorDocs,
  webSocketErrorDocs,
  fetchErrorDocs,
  fetchOptionDocs,
  fetchOverrideDocs,
  fetchResultDocs,
  pagesOptionDocs,
  pagesResultDocs,
  longPollOptionDocs,
  longPollResultDocs,
  longPollErrorDocs,
  optionDocs,
  resumableDocs,
  pingsDocs,
  silenceDocs,
  resultDocs,
  streamOptionDocs,
  streamResultDocs,
  streamErrorDocs,
}

export function findTable(name: string): Readonly<Record<string, Row>> {
  const table = tables[name]
  if (table === undefined) throw new Error(`There is no table "${name}".`)
  return table
}
