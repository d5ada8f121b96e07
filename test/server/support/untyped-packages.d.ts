// What the tests use of packages without types. The published types of PouchDB change the global `Buffer`.

declare module 'pouchdb-core' {
  interface Database {
    put(document: { readonly _id: string }): Promise<unknown>
    destroy(): Promise<void>
  }
  export interface DatabaseClass {
    new (name: string): Database
    plugin(plugin: object): DatabaseClass
    defaults(options: { readonly adapter: string }): DatabaseClass
  }
  const PouchDB: DatabaseClass
  export default PouchDB
}

declare module 'pouchdb-adapter-memory' {
  const plugin: object
  export default plugin
}

declare module 'express-pouchdb' {
  import type { RequestListener } from 'node:http'
  import type { DatabaseClass } from 'pouchdb-core'

  interface Options {
    readonly mode: 'minimumForPouchDB'
    readonly overrideMode: { readonly exclude: readonly string[] }
  }
  export default function expressPouchDB(databases: DatabaseClass, options: Options): RequestListener
}
