/** The long-poll protocol of one kind of server. */
export interface Dialect {
  readonly name: string
  readonly framework: 'React' | 'Vue'
  /** Where the response has the cursor, and how the next request sends it. */
  readonly cursorText: string
  /** The source of the hook call. */
  readonly code: string
  /** Path and query; the hook adds the rest. */
  readonly target: (log: string) => string
}

const sources = import.meta.glob('./use-*.ts', { query: '?raw', import: 'default', eager: true })

/** The source of the hook call in a file. */
function callIn(file: string): string {
  const [, call = ''] = /return ([\s\S]*?)\n}/.exec(sources[file] ?? '') ?? []
  return call.replaceAll('\n  ', '\n')
}

export const matrix: Dialect = {
  name: 'Matrix',
  framework: 'React',
  cursorText: 'next_batch, sent as ?since=',
  code: callIn('./use-matrix.ts'),
  target: (log) => `/poll/matrix/sync?log=${log}`,
}

export const telegram: Dialect = {
  name: 'Telegram',
  framework: 'Vue',
  cursorText: 'update_id + 1, sent as ?offset=',
  code: callIn('./use-telegram.ts'),
  target: (log) => `/poll/telegram/getUpdates?log=${log}`,
}

export const consul: Dialect = {
  name: 'Consul',
  framework: 'React',
  cursorText: 'X-Consul-Index, sent as ?index=',
  code: callIn('./use-consul.ts'),
  target: (log) => `/poll/consul/v1/kv/${log}`,
}

export const couch: Dialect = {
  name: 'CouchDB',
  framework: 'Vue',
  cursorText: 'last_seq, sent as ?since=',
  code: callIn('./use-couch.ts'),
  target: (log) => `/poll/couch/${log}/_changes`,
}

export const nchan: Dialect = {
  name: 'nchan',
  framework: 'React',
  cursorText: 'ETag and Last-Modified, sent back',
  code: callIn('./use-nchan.ts'),
  target: (log) => `/poll/nchan/${log}`,
}
