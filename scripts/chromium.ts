import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { isExecutable, pathFolders } from './executables.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const
/** Where packages and installers put it. */
const USUAL_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
] as const

/** The error message for a machine without Chromium. */
export const HOW_TO_GET_CHROMIUM = [
  'Could not find Chromium, which the browser tests and the stories need. Install it:',
  '  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install --yes --no-install-recommends chromium',
  '  Fedora:          sudo dnf install chromium',
  '  macOS:           brew install --cask chromium',
  'Or set CHROMIUM_PATH to the executable of Chromium or Chrome. If CHROMIUM_PATH is set, only that path is used.',
].join('\n')

/**
 * Finds the browser for the tests.
 *
 * @returns `CHROMIUM_PATH` if it is set, otherwise the first Chromium or Chrome that is installed; `undefined` if there is none
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const explicitPath = env['CHROMIUM_PATH']
  // A wrong CHROMIUM_PATH is an error: the tests must not run in another browser than the one that was asked for.
  if (explicitPath) return isExecutable(explicitPath) ? explicitPath : undefined
  const folders = pathFolders(env)
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
  // The last path is where `playwright install chromium` downloads it to.
  return [...USUAL_PATHS, ...onPath, chromium.executablePath()].find(isExecutable)
}
