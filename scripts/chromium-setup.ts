import { findChromium, HOW_TO_GET_CHROMIUM } from './chromium.ts'
import { ensureInstalled } from './system-packages.ts'

// Makes sure that there is a Chromium for the browser tests.

await ensureInstalled({
  find: findChromium,
  debianPackages: ['chromium'],
  download: ['playwright', 'install', 'chromium'],
  pathVariables: ['CHROMIUM_PATH'],
  howToGet: HOW_TO_GET_CHROMIUM,
})
