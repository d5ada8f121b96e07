import { join } from 'node:path'
import { isExecutable, pathFolders } from './executables.ts'
import { onStop, run, stopAll } from './processes.ts'

/** A program that the tests need and that npm cannot install as a dependency. */
export interface SystemProgram {
  /** Finds the program; `undefined` if it is missing. */
  find(): string | undefined
  /** The Debian packages that contain it. */
  debianPackages: readonly string[]
  /** A command that downloads it into the user's own folders, where there is one. */
  download?: readonly string[]
  /** Environment variables that name its path. If one of them is set, nothing is installed. */
  pathVariables: readonly string[]
  /** The error message if it is missing and could not be installed. */
  howToGet: string
}

/** What decides how packages can be installed without a password. */
export interface Machine {
  isRoot: boolean
  hasAptGet: boolean
  hasSudo: boolean
}

type Command = readonly string[]

/** How long one command may take, in ms. */
const TIMEOUT = 600_000

/**
 * The ways to install a program without a password, best first. Each one is a list of commands to run in order.
 * `sudo -n` fails, instead of waiting for a password, where one is needed.
 */
export function waysToInstall(
  program: Pick<SystemProgram, 'debianPackages' | 'download'>,
  { isRoot, hasAptGet, hasSudo }: Machine,
): Command[][] {
  const ways: Command[][] = []
  if (hasAptGet && (isRoot || hasSudo)) {
    // By default, sudo does not pass environment variables on.
    const aptGet = [...(isRoot ? [] : ['sudo', '-n']), 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get']
    ways.push([
      [...aptGet, 'update'],
      [...aptGet, 'install', '--yes', '--no-install-recommends', ...program.debianPackages],
    ])
  }
  if (program.download) ways.push([program.download])
  return ways
}

/** Finds a program, or installs it if that needs no password. Prints its path or how to get it, and sets the exit code. */
export async function ensureInstalled(program: SystemProgram): Promise<void> {
  onStop(stopAll)
  // Installing would not help against a wrong path: the user has to correct it.
  const hasExplicitPath = program.pathVariables.some((name) => process.env[name])
  if (program.find() === undefined && !hasExplicitPath) await install(program)
  const found = program.find()
  console.log(found ?? program.howToGet)
  process.exitCode = found === undefined ? 1 : 0
}

async function install(program: SystemProgram): Promise<void> {
  for (const commands of waysToInstall(program, currentMachine())) {
    for (const command of commands) {
      console.log(`$ ${command.join(' ')}`)
      // In order: the installation needs the package lists. It is tried even if some of them could not be updated.
      const { ok, output } = await run(command, { timeout: TIMEOUT })
      if (!ok) console.log(output)
    }
    if (program.find() !== undefined) return
  }
}

function currentMachine(): Machine {
  const folders = pathFolders(process.env)
  const isOnPath = (name: string): boolean => folders.some((folder) => isExecutable(join(folder, name)))
  return {
    isRoot: process.getuid?.() === 0,
    hasAptGet: isOnPath('apt-get'),
    hasSudo: isOnPath('sudo'),
  }
}
