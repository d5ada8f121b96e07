/** A program with its arguments, and the folder to run it in where that is not the top. */
export interface Command {
  argv: readonly string[]
  cwd?: string
}

/** One line of the run. A check counts as one; a test project counts as many as it has tests. */
export interface Step {
  name: string
  /** The programs of a check, to be run one after the other. */
  commands: readonly Command[]
  /** For tests: the name of a project in `vitest.config.ts`. */
  project?: string
  /** The step without which this one says nothing. */
  needs?: string
}

const PACKAGES = ['core', 'react', 'vue'] as const

const check = (name: string, ...argv: string[]): Step => ({ name, commands: [{ argv }] })
const afterBuild = (name: string, ...argv: string[]): Step => ({ ...check(name, ...argv), needs: 'build' })
/** The bindings are built on the core, so their order matters. */
const inEachPackage = (name: string, ...argv: string[]): Step => ({
  name,
  commands: PACKAGES.map((folder) => ({ argv, cwd: `packages/${folder}` })),
})
const tests = (project: string): Step => ({ name: `tests: ${project}`, commands: [], project })
const inChromium = (project: string): Step => ({ ...tests(project), needs: 'chromium' })

/** Everything that has to hold, the quick things first. */
export const steps: readonly Step[] = [
  check('format', 'oxfmt', '--check', '.'),
  check('lint', 'oxlint', '.'),
  check('types', 'vue-tsc', '--project', '.'),
  check('types of the core without Node', 'tsc', '--project', 'packages/core/tsconfig.build.json'),
  check('unused code', 'knip'),
  tests('repo'),
  tests('core'),
  tests('react'),
  tests('react-18'),
  tests('vue'),
  tests('vue-3.4'),
  tests('demo-server'),
  tests('server'),
  tests('nchan'),
  inEachPackage('build', 'tsup', '--silent'),
  { ...inEachPackage('publint', 'publint', '--strict'), needs: 'build' },
  { ...inEachPackage('attw', 'attw', '--pack', '--profile', 'node16'), needs: 'build' },
  afterBuild('size', 'size-limit'),
  afterBuild('consumer', 'node', 'scripts/consumer.ts'),
  check('chromium', 'node', 'scripts/chromium-setup.ts'),
  inChromium('browser'),
  inChromium('storybook'),
]
