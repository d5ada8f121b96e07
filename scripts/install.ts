import { run } from './processes.ts'

/** Installs the dependencies from the lockfile. Takes half a second if nothing has changed. */
export async function install(): Promise<void> {
  const { ok, output } = await run(['pnpm', 'install', '--frozen-lockfile', '--prefer-offline'], {
    timeout: 600_000,
    env: { CI: 'true' }, // without questions, for example about replacing node_modules
  })
  if (!ok) throw new Error(`Could not install the dependencies. The output of pnpm:\n${output}`)
}
