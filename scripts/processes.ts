import { spawn } from 'node:child_process'
import type { ChildProcess, StdioOptions } from 'node:child_process'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The top of the repository. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))

const WINDOWS = process.platform === 'win32'
const BIN = fileURLToPath(new URL('../node_modules/.bin', import.meta.url))
/** How long a program may take to end by itself once it was asked to, in ms. */
const GRACE = 5_000

export interface RunOptions {
  cwd?: string
  env?: Record<string, string>
  stdio?: StdioOptions
  /** After this many ms the program is stopped and counts as failed. */
  timeout?: number
}

export interface Finished {
  ok: boolean
  /** What it wrote, standard output and standard error as they came. */
  output: string
}

/** Starts a program in a process group of its own, so that it can be stopped with everything that it started. */
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

/** Stops a program and what it started: politely first, for good after a grace period. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return signal(child, 'SIGKILL')
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  signal(child, 'SIGTERM')
  const timer = setTimeout(() => signal(child, 'SIGKILL'), GRACE)
  await ended
  clearTimeout(timer)
  // Its own children may have outlived it.
  signal(child, 'SIGKILL')
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (WINDOWS || child.pid === undefined) child.kill(name)
    else process.kill(-child.pid, name)
  } catch {
    // The group is gone already, which is what was wanted.
  }
}

const running = new Set<ChildProcess>()

/** Runs a program to its end and keeps what it says. Never rejects: a program that cannot start has failed. */
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
    // Not 'close': a grandchild that keeps the pipe open must not keep the whole run waiting.
    child.once('exit', (code) => setTimeout(() => finish(code === 0), 50))
  })
}

/** Stops every program that {@link run} has under way. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map(stop))
}

/**
 * Calls back once when somebody wants this process to end (by Ctrl-C, by `kill`, or by ending its parent), and
 * then exits: with `code`, or as a shell has it for the signal.
 */
export function onStop(callback: () => Promise<void>, code?: number): void {
  const parent = process.ppid
  let stopping = false
  const once = (usual: number): void => {
    if (stopping) return
    stopping = true
    const exit = (): never => process.exit(code ?? usual)
    // What hangs must not keep the terminal.
    setTimeout(exit, 2 * GRACE).unref()
    void callback().finally(exit)
  }
  process.on('SIGINT', () => once(130))
  process.on('SIGTERM', () => once(143))
  process.on('SIGHUP', () => once(129))
  // Not every shell passes a signal on; one that died of it would leave us without anybody who could stop us.
  setInterval(() => process.ppid !== parent && once(1), 1_000).unref()
}
