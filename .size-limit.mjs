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
    limit: '14.85 kB',
  },
  {
    name: 'useWebSocket (Vue)',
    path: 'packages/vue/dist/index.js',
    import: '{ useWebSocket }',
    ignore: ['vue'],
    limit: '15.85 kB',
  },
  {
    name: 'createWebSocket (core)',
    path: 'packages/core/dist/production/index.js',
    import: '{ createWebSocket }',
    limit: '15.25 kB',
  },
  {
    name: 'useEventSource (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useEventSource }',
    ignore: ['react'],
    limit: '19 kB',
  },
  {
    name: 'useEventSource (Vue)',
    path: 'packages/vue/dist/index.js',
    import: '{ useEventSource }',
    ignore: ['vue'],
    limit: '19.9 kB',
  },
  {
    name: 'createEventSource (core)',
    path: 'packages/core/dist/production/index.js',
    import: '{ createEventSource }',
    limit: '19.25 kB',
  },
  {
    name: 'useLongPoll (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useLongPoll }',
    ignore: ['react'],
    limit: '20.05 kB',
  },
  {
    name: 'useLongPoll (Vue)',
    path: 'packages/vue/dist/index.js',
    import: '{ useLongPoll }',
    ignore: ['vue'],
    limit: '21 kB',
  },
  {
    name: 'createLongPoll (core)',
    path: 'packages/core/dist/production/index.js',
    import: '{ createLongPoll }',
    limit: '20.3 kB',
  },
  {
    name: 'useConnection with webSocket() (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useConnection, webSocket }',
    ignore: ['react'],
    limit: '21.1 kB',
  },
  {
    name: 'useConnection with webSocket() (Vue)',
    path: 'packages/vue/dist/index.js',
    import: '{ useConnection, webSocket }',
    ignore: ['vue'],
    limit: '22.1 kB',
  },
  {
    name: 'useConnection with three transports (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useConnection, eventSource, longPoll, webSocket }',
    ignore: ['react'],
    limit: '31.15 kB',
  },
  {
    name: 'useConnection with three transports (Vue)',
    path: 'packages/vue/dist/index.js',
    import: '{ useConnection, eventSource, longPoll, webSocket }',
    ignore: ['vue'],
    limit: '32.05 kB',
  },
  {
    name: 'createConnection with webSocket() (core)',
    path: 'packages/core/dist/production/index.js',
    import: '{ createConnection, webSocket }',
    limit: '21.5 kB',
  },
  {
    name: 'useFetch (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useFetch }',
    ignore: ['react'],
    limit: '22.75 kB',
  },
  {
    name: 'useFetch (Vue)',
    path: 'packages/vue/dist/index.js',
    import: '{ useFetch }',
    ignore: ['vue'],
    limit: '23.75 kB',
  },
  {
    name: 'useFetchPages (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useFetchPages }',
    ignore: ['react'],
    limit: '27.1 kB',
  },
  {
    name: 'useFetchPages (Vue)',
    path: 'packages/vue/dist/index.js',
    import: '{ useFetchPages }',
    ignore: ['vue'],
    limit: '28.15 kB',
  },
  {
    name: 'useFetches (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useFetches }',
    ignore: ['react'],
    limit: '23.45 kB',
  },
  {
    name: 'useFetches (Vue)',
    path: 'packages/vue/dist/index.js',
    import: '{ useFetches }',
    ignore: ['vue'],
    limit: '24.7 kB',
  },
  {
    name: 'useSuspenseFetch (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useSuspenseFetch }',
    ignore: ['react'],
    limit: '23.9 kB',
  },
  {
    name: 'createFetch with indexedDbStore (core)',
    path: 'packages/core/dist/production/index.js',
    import: '{ createFetch, createFetchCache, indexedDbStore }',
    limit: '26.25 kB',
  },
  {
    name: 'createFetch (core)',
    path: 'packages/core/dist/production/index.js',
    import: '{ createFetch }',
    limit: '22.3 kB',
  },
  {
    name: 'EventSource, the class (core)',
    path: 'packages/core/dist/production/event-source-class.js',
    import: '{ EventSource }',
    limit: '9.8 kB',
  },
  {
    name: 'useWebSocket and useEventSource (React)',
    path: 'packages/react/dist/index.js',
    import: '{ useEventSource, useWebSocket }',
    ignore: ['react'],
    limit: '21.45 kB',
  },
  {
    name: 'all hooks (React)',
    path: 'packages/react/dist/index.js',
    import: '*',
    ignore: ['react'],
    limit: '55.25 kB',
  },
]

export default checks.map((check) => ({ ...check, modifyRolldownConfig }))
