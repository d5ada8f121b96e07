export interface Dialect {
  readonly name: string
  readonly framework: 'React' | 'Vue'
  /** Where its cursor lives. */
  readonly place: string
  /** The call, as it stands in its file. */
  readonly code: string
  /** Path and query; the hook adds the rest. */
  readonly target: (log: string) => string
}

const sources = import.meta.glob('./use-*.ts', { query: '?raw', import: 'default', eager: true })

/** The call in the one function that a file exports. */
function callIn(file: string): string {
  const [, call = ''] = /return ([\s\S]*?)\n}/.exec(sources[file] ?? '') ?? []
  return call.replaceAll('\n  ', '\n')
}

export const matrix: Dialect = {
  name: 'Matrix',
  framework: 'React',
  place: 'next_batch, sent as ?since=',
  code: callIn('./use-matrix.ts'),
  target: (log) => `/poll/matrix/sync?log=${log}`,
}

export const telegram: Dialect = {
  name: 'Telegram',
  framework: 'Vue',
  place: 'update_id + 1, sent as ?offset=',
  code: callIn('./use-telegram.ts'),
  target: (log) => `/poll/telegram/getUpdates?log=${log}`,
}

export const consul: Dialect = {
  name: 'Consul',
  framework: 'React',
  place: 'X-Consul-Index, sent as ?index=',
  code: callIn('./use-consul.ts'),
  target: (log) => `/poll/consul/v1/kv/${log}`,
}

export const couch: Dialect = {
  name: 'CouchDB',
  framework: 'Vue',
  place: 'last_seq, sent as ?since=',
  code: callIn('./use-couch.ts'),
  target: (log) => `/poll/couch/${log}/_changes`,
}

export const nchan: Dialect = {
  name: 'nchan',
  framework: 'React',
  place: 'ETag and Last-Modified, sent back',
  code: callIn('./use-nchan.ts'),
  target: (log) => `/poll/nchan/${log}`,
}
