import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type NetConnectOpts } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The limit for the start, in ms. */
const PATIENCE = 20_000

/**
 * Runs the program given after its first two arguments until its standard input ends. The parent process holds the other end,
 * which closes when the parent ends in any way, also by Ctrl-C or SIGKILL. So no nginx is ever left running.
 */
const KEEPER = `
  trap '' INT TERM HUP
  exec 3<&0
  folder="$1"; shift
  "$@" < /dev/null 3<&- & server=$!
  { cat > /dev/null; kill -TERM $server; } <&3 2> /dev/null &
  wait $server; code=$?
  rm -rf "$folder"
  exit $code
`

/** Creates a folder for the files of one program. It is removed when the program has ended. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'tautline-nchan-'))

export interface Launched {
  /** Stops the program; resolves when it has ended. */
  stop(): Promise<void>
}

/**
 * Starts a server in its folder, and waits until it listens.
 *
 * @param argv the program and its arguments
 * @param address where it will listen
 * @throws Error with the program's output, if it does not start
 */
export async function launch(
  folder: string,
  argv: readonly string[],
  address: NetConnectOpts,
): Promise<Launched> {
  const { stop, ended, output } = run(folder, argv)
  if (!(await listens(address, ended))) {
    await stop()
    throw new Error(`${argv[0]?.split('/').at(-1)} did not start:\n${output()}`)
  }
  return { stop }
}

/** Starts nginx with this configuration. It writes its files below the folder, with relative paths. */
export function launchNginx(
  folder: string,
  program: string,
  text: string,
  address: NetConnectOpts,
): Promise<Launched> {
  writeFileSync(join(folder, 'nginx.conf'), text)
  return launch(folder, [program, '-p', `${folder}/`, '-c', 'nginx.conf', '-e', 'stderr'], address)
}

interface Running extends Launched {
  ended(): boolean
  /** Everything that it has written so far. */
  output(): string
}

function run(folder: string, argv: readonly string[]): Running {
  const child = spawn('sh', ['-c', KEEPER, 'sh', folder, ...argv], { stdio: ['pipe', 'pipe', 'pipe'] })
  let output = ''
  let ended = false
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const end = new Promise<void>((resolve) => {
    const finish = (): void => {
      ended = true
      resolve()
    }
    child.once('close', finish)
    child.once('error', (error) => {
      output += error.message
      finish()
    })
  })
  return {
    ended: () => ended,
    output: () => output,
    async stop() {
      child.stdin.end()
      await end
      // If the parent script could not.
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function listens(address: NetConnectOpts, ended: () => boolean): Promise<boolean> {
  for (const until = Date.now() + PATIENCE; Date.now() < until && !ended(); await sleep(10)) {
    if (await takesCalls(address)) return true
  }
  return false
}

function takesCalls(address: NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(address)
    probe.once('error', () => resolve(false))
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
  })
}
