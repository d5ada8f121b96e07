import { fileURLToPath } from 'node:url'

const source = (path: string): string => fileURLToPath(new URL(`packages/${path}`, import.meta.url))

/** The packages, resolved to their sources: tests and stories see an edit at once, without a build. */
export const aliases = [
  { find: /^@tautline\/(core|react|vue|demo-server)$/, replacement: source('$1/src/index.ts') },
  { find: /^@tautline\/core\/(.+)$/, replacement: source('core/src/$1/index.ts') },
  { find: /^@tautline\/(react|vue|demo-server)\/(.+)$/, replacement: source('$1/src/$2.ts') },
]

/** The core as it is built for production, for the tests of what is published. */
export const builtCore = [
  { find: /^@tautline\/core$/, replacement: source('core/dist/production/index.js') },
  { find: /^@tautline\/core\/(.+)$/, replacement: source('core/dist/production/$1.js') },
]
