import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const
const APPLICATIONS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
] as const

/** What to tell somebody whose machine has no Chromium. */
export const HOW_TO_GET_CHROMIUM = [
  'The browser tests and the stories need Chromium, and none was found on this machine.',
  '  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install --yes chromium',
  '  Fedora:          sudo dnf install chromium',
  '  macOS:           brew install --cask chromium',
  '  anywhere else:   set CHROMIUM_PATH to the executable of a Chromium or Chrome of your own',
  'Where CHROMIUM_PATH is set, nothing else is looked at.',
].join('\n')

/** The Chromium to drive: `CHROMIUM_PATH` when it is set, else the first one found; `undefined` where there is none. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const wanted = env['CHROMIUM_PATH']
  // A wrong CHROMIUM_PATH is an error to be told, not a reason to test another browser.
  if (wanted !== undefined && wanted !== '') return isExecutable(wanted) ? wanted : undefined
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
  // The last one is where `playwright install chromium` puts it.
  return [...APPLICATIONS, ...onPath, chromium.executablePath()].find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
