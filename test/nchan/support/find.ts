import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where packages put the program; these folders are not on everybody's path. */
const PROGRAM_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/nginx/sbin', '/opt/homebrew/bin']
const MODULE_FOLDERS = [
  '/usr/lib/nginx/modules',
  '/usr/share/nginx/modules',
  '/usr/lib64/nginx/modules',
  '/usr/local/nginx/modules',
]
/** In the order of loading: where nchan was built with the development kit, it needs that one's symbols. */
const MODULES = ['ndk_http_module.so', 'ngx_nchan_module.so'] as const

/** What to tell somebody whose machine has no nginx with nchan. */
export const HOW_TO_GET_NCHAN = [
  'The tests of long polling against a real server need nginx with its module nchan, which were not found on this machine.',
  '  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install --yes --no-install-recommends nginx libnginx-mod-nchan',
  '  anywhere else:   set NGINX_PATH to the executable, and NGINX_MODULES to the folder of ngx_nchan_module.so',
  'Where one of them is set, nothing else is looked at for it.',
].join('\n')

/** What is to be started. */
export interface Installed {
  readonly program: string
  /** Absolute paths, in the order of loading. */
  readonly modules: readonly string[]
}

/** The nginx to start, with its module; `undefined` where one of them is missing. */
export function findNchan(env: NodeJS.ProcessEnv = process.env): Installed | undefined {
  const onPath = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const programs = [...onPath, ...PROGRAM_FOLDERS].map((folder) => join(folder, 'nginx'))
  const program = (env['NGINX_PATH'] ? [env['NGINX_PATH']] : programs).find((path) =>
    may(path, constants.X_OK),
  )
  const folders = env['NGINX_MODULES'] ? [env['NGINX_MODULES']] : MODULE_FOLDERS
  const folder = folders.find((folder) => may(join(folder, MODULES[1]), constants.R_OK))
  if (program === undefined || folder === undefined) return undefined
  const modules = MODULES.map((name) => join(folder, name)).filter((path) => may(path, constants.R_OK))
  return { program, modules }
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}
