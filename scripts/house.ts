import type { OxlintOverride } from 'oxlint'

// Who may import whom, and who may touch which part of the platform, as lint rules. Of several overrides that
// match a file the last one decides, so that every list below is complete.

const words = (text: string): string[] => text.trim().split(/\s+/)
/** A module may be named with its extension or without. */
const modules = (names: readonly string[], folder = './', sign = ''): string[] =>
  names.flatMap((name) => [`${sign}${folder}${name}`, `${sign}${folder}${name}.ts`])

const TESTS = words('**/*.test.ts **/*.test.tsx **/*.test-d.ts')
const PURE = words(
  'lifecycle lifecycle-* fetch-lifecycle heartbeat backoff retry-after http-status event-stream close-codes outbox codec errors',
)
const MACHINE = words('lifecycle lifecycle-* heartbeat backoff outbox connection observer pool')
const FACTORIES = words('web-socket event-source long-poll fetch')

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
  /** As in .gitignore: of two that match, the later one decides. An exception here excepts from every other pattern. */
  group?: string[]
  regex?: string
  message: string
  /** A type leaves nothing in the bundle and calls nothing. */
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
  message: 'House rule 6: the core never imports a binding, nor a framework.',
}
const noPackage: ImportPattern = {
  regex: '^[^.]',
  message: 'House rule 6: the core depends on nothing; types of a package are welcome.',
  allowTypeImports: true,
}
const noParts: ImportPattern = {
  group: ['**/transports/**', './fetch/**'],
  message: 'House rule 4: only the factories put the parts together.',
  allowTypeImports: true,
}

const inCore = (pattern: ImportPattern): Rules => noImports(noBinding, pattern, noPackage)

const core: OxlintOverride = {
  files: ['packages/core/src/**/*.ts'],
  excludeFiles: TESTS,
  rules: {
    ...noGlobals(PLATFORM, 'House rules 1 and 2: the platform is behind the environment and the transports.'),
    ...noRandom('House rule 1: chance comes with the stamp, which the environment draws.'),
    ...inCore(noParts),
    'import/no-unassigned-import': 'error',
  },
}

const pure: OxlintOverride = {
  files: PURE.map((name) => `packages/core/src/${name}.ts`),
  excludeFiles: TESTS,
  rules: {
    ...noGlobals(
      [...PLATFORM, ...REPORTING, ...EVENTS],
      'House rule 1: pure, so no clock, no chance, no timer, no platform.',
    ),
    ...noImports(noBinding, {
      group: ['*', ...modules([...PURE, 'types'], './', '!')],
      message: 'House rule 1: the pure files import each other and types only.',
      allowTypeImports: true,
    }),
  },
}

const transports: OxlintOverride = {
  files: words('packages/core/src/transports/**/*.ts packages/core/src/fetch/**/*.ts'),
  excludeFiles: TESTS,
  rules: {
    ...noGlobals(
      PLATFORM.filter((name) => !NETWORK.includes(name)),
      'House rule 2: a transport makes one attempt; it never waits and never reads the clock.',
    ),
    ...inCore({
      group: [
        ...modules([...MACHINE, 'environment', 'environment/**'], '**/'),
        ...modules([...FACTORIES, 'index', 'testing'], '../'),
      ],
      message: 'House rule 2: a transport knows the platform and nothing of the machine.',
    }),
  },
}

const interpreter: OxlintOverride = {
  files: ['packages/core/src/connection.ts'],
  rules: {
    ...noGlobals(
      [...PLATFORM, ...REPORTING],
      'House rule 3: the interpreter never names a global; it asks the environment.',
    ),
    ...inCore({
      group: [
        '**/transports/**',
        './fetch/**',
        './environment/browser*',
        ...modules([...FACTORIES, 'index', 'testing']),
      ],
      message: 'House rule 3: the interpreter never names a transport.',
    }),
  },
}

/** A factory names its own transport. One that speaks HTTP may use the request below it. */
const factory = (name: string): OxlintOverride => {
  const others = FACTORIES.filter((other) => other !== name)
  const transportsOfOthers = others.map((other) => `./transports/${other}*`)
  return {
    // A factory may be several files: `web-socket.ts` and `web-socket-options.ts`.
    files: [`packages/core/src/${name}.ts`, `packages/core/src/${name}-*.ts`],
    excludeFiles: TESTS,
    rules: inCore({
      group: [
        ...modules(others.flatMap((other) => [other, `${other}-*`])),
        ...transportsOfOthers,
        ...(name === 'web-socket' ? ['./fetch/**'] : []),
      ],
      message: 'House rule 4: a page carries the transports that it asked for and no other.',
    }),
  }
}

const environment: OxlintOverride = {
  files: ['packages/core/src/environment/browser.ts'],
  rules: {
    ...noGlobals(
      [...NETWORK, ...OTHER_NETWORK, ...NODE],
      'House rule 2: only transports and requests touch the network.',
    ),
    'no-restricted-properties': 'off',
  },
}

const binding = (name: 'react' | 'vue'): OxlintOverride => ({
  files: [`packages/${name}/src/**/*.ts`, `packages/${name}/src/**/*.tsx`],
  excludeFiles: TESTS,
  rules: {
    ...noGlobals(
      [...PLATFORM, ...REPORTING],
      'House rule 5: a binding waits for nothing and decides nothing.',
    ),
    ...noRandom('House rule 5: a binding leaves nothing to chance.'),
    ...noImports({
      group: words(
        `* !${name} !./* !@tautline !@tautline/core !@tautline/core/* @tautline/core/testing @tautline/core/*/**`,
      ),
      message: `House rule 5: a binding imports ${name} and the core's public paths, and no test tools.`,
    }),
    'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
    'import/no-unassigned-import': 'error',
  },
})

/** The six house rules, for `oxlint.config.ts`. */
export const house: OxlintOverride[] = [
  core,
  ...FACTORIES.map(factory),
  pure,
  transports,
  interpreter,
  environment,
  binding('react'),
  binding('vue'),
]
