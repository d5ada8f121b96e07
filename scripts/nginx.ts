import { join } from 'node:path'
import { isExecutable, isReadable, pathFolders } from './executables.ts'

/** Where packages put the program. Not every user has these folders on the path. */
const PROGRAM_FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/local/nginx/sbin',
  '/opt/homebrew/bin',
] as const
const MODULE_FOLDERS = [
  '/usr/lib/nginx/modules',
  '/usr/share/nginx/modules',
  '/usr/lib64/nginx/modules',
  '/usr/local/nginx/modules',
] as const
/** In the order of loading: nchan may be built with the development kit (ndk), and then needs its symbols. */
const MODULES = ['ndk_http_module.so', 'ngx_nchan_module.so'] as const

/** The error message for a machine without nginx or without its module nchan. */
export const HOW_TO_GET_NCHAN = [
  'Could not find nginx with its module nchan, which the tests of long polling need. Install both:',
  '  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install --yes --no-install-recommends nginx libnginx-mod-nchan',
  'Or set NGINX_PATH to the executable of nginx, and NGINX_MODULES to the folder of ngx_nchan_module.so.',
  'If one of these variables is set, only its path is used.',
].join('\n')

export interface NginxWithNchan {
  /** Path of the executable. */
  readonly program: string
  /** Absolute paths of the modules to load, in the order of loading. */
  readonly modules: readonly string[]
}

/**
 * Finds nginx and its module nchan: at `NGINX_PATH` and in `NGINX_MODULES` if they are set, otherwise on the path and
 * where packages put them.
 *
 * @returns `undefined` if one of them is missing
 */
export function findNchan(env: NodeJS.ProcessEnv = process.env): NginxWithNchan | undefined {
  const usualPaths = [...pathFolders(env), ...PROGRAM_FOLDERS].map((folder) => join(folder, 'nginx'))
  const programs = env['NGINX_PATH'] ? [env['NGINX_PATH']] : usualPaths
  const program = programs.find(isExecutable)
  const folders = env['NGINX_MODULES'] ? [env['NGINX_MODULES']] : MODULE_FOLDERS
  const folder = folders.find((folder) => isReadable(join(folder, MODULES[1])))
  if (program === undefined || folder === undefined) return undefined
  return { program, modules: MODULES.map((name) => join(folder, name)).filter(isReadable) }
}
