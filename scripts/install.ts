import { run } from './processes.ts'

/** Installs exactly what the lockfile says. Half a second when nothing has changed. */
export async function install(): Promise<void> {
  const { ok, output } = await run(['pnpm', 'install', '--frozen-lockfile', '--prefer-offline'], {
    timeout: 600_000,
    env: { CI: 'true' }, // asks nothing, also where it would rebuild node_modules
  })
  if (!ok) throw new Error(`The dependencies could not be installed.\n${output}`)
}
