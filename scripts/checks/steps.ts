/** A program with its arguments. */
export interface Command {
  argv: readonly string[]
  /** The folder to run it in, relative to the repository; the repository itself by default. */
  cwd?: string
}

/** One step of `npm test`. A check counts as one test; a test project counts each of its tests. */
export interface Step {
  name: string
  /** The programs of a check, which run one after the other. */
  commands: readonly Command[]
  /** The name of a project in `vitest.config.ts`, if the step runs tests. */
  project?: string
  /** The name of a step. If that one fails, this one is not run. */
  needs?: string
}

const PACKAGES = ['core', 'react', 'vue'] as const

const check = (name: string, ...argv: string[]): Step => ({ name, commands: [{ argv }] })
const afterBuild = (name: string, ...argv: string[]): Step => ({ ...check(name, ...argv), needs: 'build' })
/** In this order, because the bindings need the built core. */
const inEachPackage = (name: string, ...argv: string[]): Step => ({
  name,
  commands: PACKAGES.map((folder) => ({ argv, cwd: `packages/${folder}` })),
})
const tests = (project: string): Step => ({ name: `tests: ${project}`, commands: [], project })
const testsAfter = (needs: string, project: string): Step => ({ ...tests(project), needs })

/** All steps of `npm test`, the fast ones first. */
export const steps: readonly Step[] = [
  check('format', 'oxfmt', '--check', '.'),
  check('lint', 'oxlint', '.'),
  check('types', 'vue-tsc', '--project', '.'),
  check('types of the core without Node', 'tsc', '--project', 'packages/core/tsconfig.build.json'),
  check('unused code', 'knip'),
  { name: 'documentation', commands: [{ argv: ['pnpm', 'exec', 'vitepress', 'build'], cwd: 'docs' }] },
  tests('repo'),
  tests('core'),
  tests('react'),
  tests('react-18'),
  tests('vue'),
  tests('vue-3.4'),
  tests('demo-server'),
  // Finds the programs that do not come from npm, or installs them.
  check('chromium', 'node', 'scripts/chromium-setup.ts'),
  {
    name: 'nginx and redis',
    commands: [{ argv: ['node', 'scripts/nginx-setup.ts'] }, { argv: ['node', 'scripts/redis-setup.ts'] }],
  },
  testsAfter('chromium', 'server'),
  testsAfter('nginx and redis', 'nchan'),
  {
    name: 'build',
    commands: [
      { argv: ['tsup', '--silent'], cwd: 'packages/core' },
      { argv: ['tsup', '--silent', '--env.NODE_ENV', 'production'], cwd: 'packages/core' },
      { argv: ['node', 'scripts/mangle.ts'] },
      ...['react', 'vue'].map((folder) => ({ argv: ['tsup', '--silent'], cwd: `packages/${folder}` })),
    ],
  },
  testsAfter('build', 'built'),
  { name: 'jest', commands: [{ argv: ['pnpm', 'exec', 'jest', '--ci'], cwd: 'test/jest' }], needs: 'build' },
  afterBuild('platforms', 'node', 'test/platforms/run.mjs'),
  { ...inEachPackage('publint', 'publint', '--strict'), needs: 'build' },
  { ...inEachPackage('attw', 'attw', '--pack', '--profile', 'node16'), needs: 'build' },
  afterBuild('size', 'size-limit'),
  afterBuild('consumer', 'node', 'scripts/consumer.ts'),
  afterBuild('bundlers', 'node', 'scripts/bundlers.ts'),
  testsAfter('chromium', 'browser'),
  testsAfter('chromium', 'nchan-browser'),
  testsAfter('chromium', 'storybook'),
]
