import { join } from 'node:path'
import { isExecutable, pathFolders } from './executables.ts'

/** Where packages put the program. Not every user has these folders on the path. */
const PROGRAM_FOLDERS = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'] as const

/** The error message for a machine without redis-server. */
export const HOW_TO_GET_REDIS = [
  'Could not find redis-server, which the tests of several nginx nodes need. Install it:',
  '  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install --yes --no-install-recommends redis-server',
  'Or set REDIS_PATH to the executable of redis-server. If it is set, only this path is used.',
].join('\n')

/**
 * Finds redis-server: at `REDIS_PATH` if it is set, otherwise on the path and where packages put it.
 *
 * @returns its path; `undefined` if it is missing
 */
export function findRedis(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const usualPaths = [...pathFolders(env), ...PROGRAM_FOLDERS].map((folder) => join(folder, 'redis-server'))
  const programs = env['REDIS_PATH'] ? [env['REDIS_PATH']] : usualPaths
  return programs.find(isExecutable)
}
