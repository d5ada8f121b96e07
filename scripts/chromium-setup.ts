import { findChromium, HOW_TO_GET_CHROMIUM } from './chromium.ts'
import { run } from './processes.ts'

// Sees to a Chromium for the browser tests: finds one, or installs one where that needs nobody's password.

const installers =
  process.getuid?.() === 0
    ? [
        [
          ['apt-get', 'update'],
          ['apt-get', 'install', '--yes', '--no-install-recommends', 'chromium'],
        ],
      ]
    : []
/** Into the user's own cache, without any rights. */
const download = [['playwright', 'install', 'chromium']]

async function all(commands: string[][]): Promise<boolean> {
  for (const command of commands) {
    console.log(`$ ${command.join(' ')}`)
    // The second one needs the first.
    const { ok, output } = await run(command, {
      timeout: 240_000,
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    })
    if (!ok) console.log(output)
    if (!ok) return false
  }
  return true
}

// A CHROMIUM_PATH that is wrong is to be put right, not to be worked around.
if (findChromium() === undefined && !process.env['CHROMIUM_PATH']) {
  for (const installer of [...installers, download]) {
    // One after the other, until one works.
    if ((await all(installer)) && findChromium() !== undefined) break
  }
}

const found = findChromium()
console.log(found ?? HOW_TO_GET_CHROMIUM)
process.exitCode = found === undefined ? 1 : 0
