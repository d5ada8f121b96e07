import { accessSync, constants } from 'node:fs'
import { delimiter } from 'node:path'

/** The folders of `PATH`, in their order. */
export function pathFolders(env: NodeJS.ProcessEnv): string[] {
  return (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
}

export function isExecutable(path: string): boolean {
  return isAccessible(path, constants.X_OK)
}

export function isReadable(path: string): boolean {
  return isAccessible(path, constants.R_OK)
}

function isAccessible(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}
