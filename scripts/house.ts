import type { OxlintOverride } from 'oxlint'

// The rooms of the core and of the bindings as lint rules: who may import whom, and who may touch which part of the platform.
// The rules are written down in CONTRIBUTING.md. Where several overrides match a file, the last one decides, so every list below is complete.

const words = (text: string): string[] => text.trim().split(/\s+/)

const TESTS = words('**/*.test.ts **/*.test.tsx **/*.test-d.ts')
const CORE = 'packages/core/src'

/** The rooms of the core in order: each one may import those before it. */
const ROOMS = words(`
  shared platform machine http observer connection
  web-socket event-source long-poll fetch transports log-out event-source-class react-native testing`)

/** What a room may not import, in addition to every room after it. */
const CLOSED: Readonly<Record<string, readonly string[]>> = {
  machine: ['platform'],
  observer: ['http', 'machine'],
  connection: ['http'],
  'event-source': ['web-socket'],
  'long-poll': words('web-socket event-source'),
  fetch: words('web-socket event-source long-poll'),
  'log-out': ['transports'],
  'event-source-class': words('web-socket long-poll fetch transports log-out'),
  'react-native': words(
    'machine observer connection web-socket event-source long-poll fetch transports log-out event-source-class',
  ),
  testing: ROOMS.filter((room) => room !== 'testing'),
}

/** Rooms of which only types may be imported. */
const TYPES_OF: Readonly<Record<string, readonly string[]>> = {
  machine: ['platform'],
  observer: ['machine'],
  testing: words('platform shared machine'),
}

/** Rooms with an index, which other rooms have to import from. */
const ENTRIES = words(
  'web-socket event-source long-poll fetch transports log-out event-source-class react-native testing',
)

/** Rooms that may import any file of some others: they do the same with other rules, or with several at once. */
const OPENED: Readonly<Record<string, readonly string[]>> = {
  'event-source-class': ['event-source'],
  transports: words('web-socket event-source long-poll fetch'),
}

/** Pure files outside of the pure rooms `shared` and `machine`. */
const PURE = words('http/status http/http-date http/header-values event-source/parser web-socket/outbox')

const NETWORK = words('WebSocket fetch XMLHttpRequest')
const OTHER_NETWORK = words('EventSource WebTransport BroadcastChannel Worker SharedWorker')
const TIME = words(`
  Date performance setTimeout clearTimeout setInterval clearInterval setImmediate clearImmediate
  requestAnimationFrame cancelAnimationFrame requestIdleCallback cancelIdleCallback scheduler`)
const PAGE = words(`
  window self globalThis document navigator location history crypto indexedDB localStorage sessionStorage
  addEventListener removeEventListener dispatchEvent`)
const NODE = words('process Buffer global require')
const PLATFORM = [...NETWORK, ...OTHER_NETWORK, ...TIME, ...PAGE, ...NODE]
const REPORTING = words('queueMicrotask reportError console')
const EVENTS = words('AbortController AbortSignal Event EventTarget MessageEvent CloseEvent MessageChannel')

type Rules = NonNullable<OxlintOverride['rules']>
interface ImportPattern {
  /** As in .gitignore, the last matching pattern decides. An exception here is an exception from every other pattern. */
  group?: string[]
  regex?: string
  message: string
  /** Whether importing types is allowed: they add nothing to the bundle. */
  allowTypeImports?: boolean
}

const noGlobals = (names: readonly string[], message: string): Rules => ({
  'no-restricted-globals': [
    'error',
    { globals: names.map((name) => ({ name, message })), checkGlobalObject: true },
  ],
})
const noRandom = (message: string): Rules => ({
  'no-restricted-properties': ['error', { object: 'Math', property: 'random', message }],
})
const noImports = (...patterns: ImportPattern[]): Rules => ({
  'no-restricted-imports': ['error', { patterns }],
})

const noBinding: ImportPattern = {
  group: words('react react/* react-dom react-dom/* vue @vue/* @tautline/*'),
  message: 'House rule 9: the core imports neither a binding nor a framework.',
}
const noPackage: ImportPattern = {
  regex: '^[^.]',
  message: 'House rule 9: the core depends on nothing; types of a package are welcome.',
  allowTypeImports: true,
}

/** A regular expression for every path but this one: lint has no look-ahead. */
const other = (path: string): string =>
  `(?:${path
    .split('')
    .map((sign, at) => `${path.slice(0, at)}[^${sign}].*`.replaceAll('.ts', '\\.ts'))
    .join('|')})$`

const oneOf = (names: readonly string[]): string => `(?:${names.join('|')})`

/** @param up the relative path from the importing file's folder to the core's sources */
function roomImports(room: string, up: string): ImportPattern[] {
  const later = ROOMS.slice(ROOMS.indexOf(room) + 1)
  const closed = [...later, ...(CLOSED[room] ?? [])].filter((name) => name !== room)
  const types = TYPES_OF[room] ?? []
  const patterns = [
    { names: closed.filter((name) => !types.includes(name)), allowTypeImports: false },
    { names: types, allowTypeImports: true },
  ]
  return [
    noBinding,
    noPackage,
    ...patterns
      .filter(({ names }) => names.length > 0)
      .map(({ names, allowTypeImports }) => ({
        regex: `^${up}${oneOf(names)}/`,
        message: `House rule 1: ${room} does not import this room; a room imports those before it.`,
        allowTypeImports,
      })),
    {
      regex: `^${up}${oneOf(ENTRIES.filter((name) => !OPENED[room]?.includes(name)))}/${other('index.ts')}`,
      message: 'House rule 6: from outside, this room is entered by its index.ts.',
    },
    { regex: `^${up}index\\.ts$`, message: 'House rule 1: a room does not import the index of the package.' },
  ]
}

const allowedNetwork = 'House rule 3: only transports and requests touch the network.'
const allowedPlatform =
  'House rule 4: the platform is behind the environment, which platform/browser.ts implements.'
const pureRooms = 'House rule 2: pure, so no clock, no randomness, no timer and no platform.'

const room = (name: string): OxlintOverride => ({
  files: [`${CORE}/${name}/**/*.ts`],
  excludeFiles: TESTS,
  rules: {
    ...noGlobals(PLATFORM, allowedPlatform),
    ...noRandom('House rule 4: the interpreter draws random numbers from the environment.'),
    ...noImports(...roomImports(name, '\\.\\./')),
    'import/no-unassigned-import': 'error',
  },
})

/** A folder inside `fetch`, which imports those before it. */
const fetchFolder = (name: string, later: readonly string[]): OxlintOverride => ({
  files: [`${CORE}/fetch/${name}/**/*.ts`],
  excludeFiles: TESTS,
  rules: noImports(...roomImports('fetch', '\\.\\./\\.\\./'), {
    regex: `^\\.\\./${oneOf([...later, 'index\\.ts'])}`,
    message: 'House rule 5: inside fetch, the order is request/, cache/, store/, observer/, pages/, list/.',
  }),
})

const pure: OxlintOverride = {
  files: [`${CORE}/{shared,machine}/**/*.ts`, ...PURE.map((name) => `${CORE}/${name}.ts`)],
  excludeFiles: TESTS,
  rules: noGlobals([...PLATFORM, ...REPORTING, ...EVENTS], pureRooms),
}

const transports: OxlintOverride = {
  files: [
    `${CORE}/*/transport.ts`,
    `${CORE}/http/fetch-response.ts`,
    `${CORE}/fetch/request/{send-request,xhr}.ts`,
  ],
  rules: noGlobals(
    PLATFORM.filter((name) => !NETWORK.includes(name)),
    'House rule 3: a transport makes one attempt; it never waits and never reads the clock.',
  ),
}

/** A transport imports neither the machine nor its users. */
const protocolTransport = (name: string): OxlintOverride => ({
  files: [`${CORE}/${name}/transport.ts`],
  rules: noImports(...roomImports(name, '\\.\\./'), {
    regex: `^(?:\\.\\./(?:machine|observer|platform/browser|connection/${other('transport.ts')})|\\./session)`,
    message: 'House rule 3: a transport knows the platform and nothing of the machine.',
  }),
})

const interpreter: OxlintOverride = {
  files: [`${CORE}/connection/interpreter.ts`],
  rules: noGlobals([...PLATFORM, ...REPORTING], allowedPlatform),
}

const environment: OxlintOverride = {
  files: [`${CORE}/platform/browser.ts`],
  rules: {
    ...noGlobals([...NETWORK, ...OTHER_NETWORK, ...NODE], allowedNetwork),
    'no-restricted-properties': 'off',
  },
}

const index: OxlintOverride = {
  files: [`${CORE}/index.ts`],
  rules: {
    ...noGlobals(PLATFORM, allowedPlatform),
    ...noImports(noBinding, noPackage, {
      regex: `^\\./${oneOf(ENTRIES)}/${other('index.ts')}`,
      message: 'House rule 6: from outside, this room is entered by its index.ts.',
    }),
  },
}

const binding = (name: 'react' | 'vue'): OxlintOverride => ({
  files: [`packages/${name}/src/**/*.ts`, `packages/${name}/src/**/*.tsx`],
  excludeFiles: TESTS,
  rules: {
    ...noGlobals(
      [...PLATFORM, ...REPORTING],
      'House rule 8: a binding waits for nothing and decides nothing.',
    ),
    ...noRandom('House rule 8: a binding leaves nothing to chance.'),
    ...noImports({
      group: words(
        `* !${name} !./* !@tautline !@tautline/core !@tautline/core/* @tautline/core/testing @tautline/core/*/**`,
      ),
      message: `House rule 8: a binding imports ${name} and the core's public paths, and no test tools.`,
    }),
    'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
    'import/no-unassigned-import': 'error',
  },
})

/** The house rules, for `oxlint.config.ts`. */
export const house: OxlintOverride[] = [
  index,
  ...ROOMS.map(room),
  fetchFolder('request', ['cache', 'store', 'observer', 'pages', 'list']),
  fetchFolder('cache', ['store', 'observer', 'pages', 'list']),
  fetchFolder('store', ['observer', 'pages', 'list']),
  fetchFolder('observer', ['pages', 'list']),
  fetchFolder('pages', ['list']),
  fetchFolder('list', []),
  pure,
  transports,
  ...words('web-socket event-source long-poll').map(protocolTransport),
  interpreter,
  environment,
  binding('react'),
  binding('vue'),
]
