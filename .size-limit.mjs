/**
 * The sizes of the production build: minified, compressed with brotli, with all dependencies except the framework. The
 * limits are just above what is reached: see docs/decisions/size.md.
 */

/** As bundlers resolve a package for production. */
const modifyRolldownConfig = (config) => ({
  ...config,
  resolve: { conditionNames: ['production', 'import', 'default'] },
})

const checks = [
  {
    name: 'useWebSocket (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useWebSocket }',
    ignore: ['react'],
    limit: '15.2 kB',
  },
  {
    name: 'useWebSocket (Vue)',
    path: 'packages/vue/dist/index.js',
    import: '{ useWebSocket }',
    ignore: ['vue'],
    limit: '16.15 kB',
  },
  {
    name: 'createWebSocket (core)',
    path: 'packages/core/dist/production/index.js',
    import: '{ createWebSocket }',
    limit: '15.55 kB',
  },
  {
    name: 'useEventSource (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useEventSource }',
    ignore: ['react'],
    limit: '19.35 kB',
  },
  {
    name: 'useEventSource (Vue)',
    path: 'packages/vue/dist/index.js',
    import: '{ useEventSource }',
    ignore: ['vue'],
    limit: '20.3 kB',
  },
  {
    name: 'createEventSource (core)',
    path: 'packages/core/dist/production/index.js',
    import: '{ createEventSource }',
    limit: '19.6 kB',
  },
  {
    name: 'useLongPoll (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useLongPoll }',
    ignore: ['react'],
    limit: '20.3 kB',
  },
  {
    name: 'useLongPoll (Vue)',
    path: 'packages/vue/dist/index.js',
    import: '{ useLongPoll }',
    ignore: ['vue'],
    limit: '21.3 kB',
  },
  {
    name: 'createLongPoll (core)',
    path: 'packages/core/dist/production/index.js',
    import: '{ createLongPoll }',
    limit: '20.55 kB',
  },
  {
    name: 'useConnection with webSocket() (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useConnection, webSocket }',
    ignore: ['react'],
    limit: '22.05 kB',
  },
  {
    name: 'useConnection with webSocket() (Vue)',
    path: 'packages/vue/dist/index.js',
    import: '{ useConnection, webSocket }',
    ignore: ['vue'],
    limit: '22.95 kB',
  },
  {
    name: 'useConnection with three transports (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useConnection, eventSource, longPoll, webSocket }',
    ignore: ['react'],
    limit: '32.1 kB',
  },
  {
    name: 'useConnection with three transports (Vue)',
    path: 'packages/vue/dist/index.js',
    import: '{ useConnection, eventSource, longPoll, webSocket }',
    ignore: ['vue'],
    limit: '32.95 kB',
  },
  {
    name: 'createConnection with webSocket() (core)',
    path: 'packages/core/dist/production/index.js',
    import: '{ createConnection, webSocket }',
    limit: '22.35 kB',
  },
  {
    name: 'useFetch (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useFetch }',
    ignore: ['react'],
    limit: '22.95 kB',
  },
  {
    name: 'useFetch (Vue)',
    path: 'packages/vue/dist/index.js',
    import: '{ useFetch }',
    ignore: ['vue'],
    limit: '23.95 kB',
  },
  {
    name: 'useFetchPages (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useFetchPages }',
    ignore: ['react'],
    limit: '27.4 kB',
  },
  {
    name: 'useFetchPages (Vue)',
    path: 'packages/vue/dist/index.js',
    import: '{ useFetchPages }',
    ignore: ['vue'],
    limit: '28.4 kB',
  },
  {
    name: 'useFetches (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useFetches }',
    ignore: ['react'],
    limit: '23.65 kB',
  },
  {
    name: 'useFetches (Vue)',
    path: 'packages/vue/dist/index.js',
    import: '{ useFetches }',
    ignore: ['vue'],
    limit: '24.9 kB',
  },
  {
    name: 'useSuspenseFetch (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useSuspenseFetch }',
    ignore: ['react'],
    limit: '24.05 kB',
  },
  {
    name: 'createFetch with indexedDbStore (core)',
    path: 'packages/core/dist/production/index.js',
    import: '{ createFetch, createFetchCache, indexedDbStore }',
    limit: '26.5 kB',
  },
  {
    name: 'createFetch (core)',
    path: 'packages/core/dist/production/index.js',
    import: '{ createFetch }',
    limit: '22.5 kB',
  },
  {
    name: 'EventSource, the class (core)',
    path: 'packages/core/dist/production/event-source-class.js',
    import: '{ EventSource }',
    limit: '9.9 kB',
  },
  {
    name: 'useWebSocket and useEventSource (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useEventSource, useWebSocket }',
    ignore: ['react'],
    limit: '21.85 kB',
  },
  {
    name: 'all hooks (React)',
    path: 'packages/react/dist/index.js',
    import: '*',
    ignore: ['react'],
    limit: '56.1 kB',
  },
]

export default checks.map((check) => ({ ...check, modifyRolldownConfig }))
