import { createPackedProject, runIn } from './packed-project.ts'

// Checks the packages as a user gets them: installs them into an empty project, and runs the small programs of
// `test/consumer` there, as ES modules and as CommonJS.

/** The oldest and the newest TypeScript that a user may have (README.md, "Install"). */
const TYPESCRIPT_VERSIONS = { oldest: '5.5.4', newest: '7.0.2' }

try {
  const project = await createPackedProject({
    files: 'test/consumer',
    dependencies: [
      'react',
      'react-dom',
      'vue',
      'typescript',
      '@types/node',
      '@types/react',
      '@types/react-dom',
    ],
    versions: Object.fromEntries(
      Object.entries(TYPESCRIPT_VERSIONS).map(([name, version]) => [
        `typescript-${name}`,
        `npm:typescript@${version}`,
      ]),
    ),
  })
  await runIn(project, 'node', 'node_modules/typescript/bin/tsc', '--project', 'tsconfig.json')
  await runIn(project, 'node', 'node_modules/typescript/bin/tsc', '--project', 'tsconfig.bundler.json')
  for (const name of Object.keys(TYPESCRIPT_VERSIONS))
    await runIn(
      project,
      'node',
      `node_modules/typescript-${name}/bin/tsc`,
      '--project',
      'tsconfig.oldest.json',
    )
  for (const build of [[], ['--conditions=production']]) {
    await runIn(project, 'node', ...build, 'out/modules.js')
    await runIn(project, 'node', ...build, 'out/common.cjs')
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
