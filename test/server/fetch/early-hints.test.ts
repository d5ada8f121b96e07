import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { build } from 'vite'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startDemoServer } from '@tautline/demo-server'
import { aliases } from '../../../aliases.ts'
import { HOW_TO_GET_CHROMIUM, findChromium } from '../../../scripts/chromium.ts'
import { HINTED, type Users } from '../support/fetch/early-hints-page.ts'

const SCRIPT = '/early-hints/script.js'

/** The page's script, bundled into one module as users ship it. */
async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    mode: 'production',
    logLevel: 'warn',
    resolve: { alias: aliases, dedupe: ['react', 'react-dom', 'vue'] },
    // Without this, Vite takes the mode of the test runner.
    oxc: { jsx: { runtime: 'automatic', development: false } },
    define: {
      'process.env.NODE_ENV': '"production"',
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: { input: fileURLToPath(new URL(`../support/fetch/${entry}`, import.meta.url)) },
    },
  })
  const [result] = [built].flat()
  const module = result && 'output' in result ? result.output[0] : undefined
  if (!module) throw new Error('Nothing was built')
  return module.code
}

/**
 * Loads a page over HTTP/2 in a browser without a cache, and returns its text after the response has arrived.
 * The provider of the browser tests cannot do this: Chromium handles early hints only for a top-level page,
 * and caches only responses with a valid certificate.
 */
async function load(path: string, pageScript: string) {
  const server = await startDemoServer({ pageScript })
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error(HOW_TO_GET_CHROMIUM)
  const profile = mkdtempSync(join(tmpdir(), 'tautline-early-hints-'))
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: ['--no-sandbox', `--ignore-certificate-errors-spki-list=${server.certificateSpki}`],
  })
  onTestFinished(async () => {
    await browser.close()
    rmSync(profile, { recursive: true, force: true })
    await server.close()
  })
  const page = await browser.newPage()
  const broken = new Promise((_, reject) => page.on('pageerror', reject))
  await page.goto(server.secureUrl + path)
  const names = page.locator('ol[data-status=success] > li')
  await Promise.race([names.first().waitFor(), broken])
  const response = await fetch(server.url + HINTED)
  // The format of the demo server's users.
  const { items } = (await response.json()) as Users
  expect(await names.allTextContents()).toEqual(items.map(({ name }) => name))
  // Requests of the page. The last one is the test's own.
  const arrived = server.requests.log.entries.filter(({ type }) => type === 'arrived').slice(0, -1)
  return arrived.map(({ target }) => target)
}

describe.each([
  ['React', 'early-hints-react.tsx'],
  ['Vue', 'early-hints-vue.ts'],
])('early hints, in %s', (_, entry) => {
  let script: string
  beforeAll(async () => {
    script = await bundle(entry)
  })

  test('[request-dedupe] [cache-fresh] a resource that the server hinted at is requested once, before any script runs, and shown', async () => {
    const targets = await load('/early-hints', script)
    expect(targets).toEqual(['/early-hints', HINTED, SCRIPT])
  })

  test('[request-dedupe] [cache-fresh] without a hint it is requested once by the script', async () => {
    const page = '/early-hints?preload=/health'
    const targets = await load(page, script)
    expect(targets.filter((target) => target !== '/health')).toEqual([page, SCRIPT, HINTED])
  })
})
