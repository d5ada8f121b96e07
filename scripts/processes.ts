import { spawn } from 'node:child_process'
import type { ChildProcess, StdioOptions } from 'node:child_process'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root folder of the repository. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))

const WINDOWS = process.platform === 'win32'
const BIN = fileURLToPath(new URL('../node_modules/.bin', import.meta.url))
/** How long a program may take to end after SIGTERM before it is killed, in ms. */
const GRACE_PERIOD = 5_000
/** How long to wait for the rest of the output of a program that has ended, in ms. */
const OUTPUT_TIMEOUT = 1_000

export interface RunOptions {
  cwd?: string
  env?: Record<string, string>
  stdio?: StdioOptions
  /** In ms. A program that takes longer is stopped and counts as failed. */
  timeout?: number
}

export interface Finished {
  ok: boolean
  /** Standard output and standard error, in the order in which they arrived. */
  output: string
}

/** Starts a program in its own process group, so that it can be stopped together with its child processes. */
export function start(command: readonly string[], options: RunOptions = {}): ChildProcess {
  const [program = '', ...args] = command
  return spawn(program, args, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, PATH: `${BIN}${delimiter}${process.env['PATH'] ?? ''}`, ...options.env },
    stdio: options.stdio ?? ['ignore', 'pipe', 'pipe'],
    detached: !WINDOWS,
    shell: WINDOWS,
  })
}

/** Stops a program and its child processes: with SIGTERM first, and with SIGKILL after a grace period. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return signal(child, 'SIGKILL')
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  signal(child, 'SIGTERM')
  const timer = setTimeout(() => signal(child, 'SIGKILL'), GRACE_PERIOD)
  await ended
  clearTimeout(timer)
  // Its child processes may still be running.
  signal(child, 'SIGKILL')
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (WINDOWS || child.pid === undefined) child.kill(name)
    else process.kill(-child.pid, name)
  } catch {
    // The process group has ended already.
  }
}

const running = new Set<ChildProcess>()

/** Runs a program to its end and collects its output. Never rejects: a program that cannot start counts as failed. */
export function run(command: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve) => {
    const child = start(command, options)
    let output = ''
    running.add(child)
    const finish = (ok: boolean): void => {
      running.delete(child)
      clearTimeout(timer)
      resolve({ ok, output })
    }
    const timer = setTimeout(
      () => {
        output += `\nStopped after ${(options.timeout ?? 0) / 1000} s.\n`
        void stop(child)
      },
      options.timeout ?? 2 ** 31 - 1,
    )
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (output += text))
    }
    child.once('error', (error) => {
      output += `${error.message}\n`
      finish(false)
    })
    child.once('close', (code) => finish(code === 0))
    // 'close' comes after the last output, but not while a child process of the program still holds the pipe open.
    child.once('exit', (code) => setTimeout(() => finish(code === 0), OUTPUT_TIMEOUT).unref())
  })
}

/** Stops every program that {@link run} has started and that has not ended. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map(stop))
}

/**
 * Calls back once when this process is to end (by Ctrl-C, by `kill`, or because its parent has ended), and then exits.
 *
 * @param code the exit code; by default 128 plus the number of the signal, as in a shell
 */
export function onStop(callback: () => Promise<void>, code?: number): void {
  const parent = process.ppid
  let stopping = false
  const stopOnce = (defaultCode: number): void => {
    if (stopping) return
    stopping = true
    const exit = (): never => process.exit(code ?? defaultCode)
    // Exit also if the callback never settles.
    setTimeout(exit, 2 * GRACE_PERIOD).unref()
    void callback().finally(exit)
  }
  process.on('SIGINT', () => stopOnce(130))
  process.on('SIGTERM', () => stopOnce(143))
  process.on('SIGHUP', () => stopOnce(129))
  // Some shells do not forward signals: if the shell ends, this process gets another parent and has to notice that.
  setInterval(() => process.ppid !== parent && stopOnce(1), 1_000).unref()
}
