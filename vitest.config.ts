import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { storybookTest } from '@storybook/addon-vitest/vitest-plugin'
import vue from '@vitejs/plugin-vue'
import type * as compilerSfc from 'vue/compiler-sfc'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import type { TestProjectInlineConfiguration } from 'vitest/config'
import { aliases, builtCore } from './aliases.ts'
import { findChromium } from './scripts/chromium.ts'
import { sameOriginServer } from './test/setup/same-origin.ts'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** `test/react-18` has React 18 and a testing library that is linked to it: sources and tests follow. */
const react18 = {
  find: /^(react|react-dom|@testing-library\/react)(\/.*)?$/,
  replacement: path('test/react-18/node_modules/$1$2'),
}

/** The same for the oldest Vue, with the compiler that belongs to it. */
const vue34 = {
  find: /^(vue|@vue\/server-renderer|@testing-library\/vue)(\/.*)?$/,
  replacement: path('test/vue-3.4/node_modules/$1$2'),
}
const compilerOfVue34: typeof compilerSfc = createRequire(path('test/vue-3.4/package.json'))(
  '@vue/compiler-sfc',
)

/** In ms, several times what a test takes on an idle machine, so that a busy one only makes the tests slower. */
const limits = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 20_000 } },
  /** Scenarios that run concurrently wait for a network most of the time. */
  maxConcurrency: 10,
}

const reactTests = {
  include: ['packages/react/{src,test}/**/*.test.{ts,tsx}'],
  environment: 'jsdom',
  setupFiles: ['test/setup/react.ts'],
  ...limits,
}

const vueTests = {
  include: ['packages/vue/{src,test}/**/*.test.ts'],
  environment: 'jsdom',
  setupFiles: ['test/setup/vue.ts'],
  ...limits,
}

const executablePath = findChromium()
/** A new one for each project: vitest writes into it. */
const chromium = () => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({
    // No sandbox: it needs rights that a container does not give, and only our own pages are opened.
    // The garbage collector and precise memory figures, for the tests of leaks. The demo server has a self-signed certificate.
    launchOptions: {
      args: [
        '--no-sandbox',
        '--js-flags=--expose-gc',
        '--enable-precise-memory-info',
        '--ignore-certificate-errors',
        // A name of this machine that does not count as local, for the tests of being offline.
        '--host-resolver-rules=MAP tautline.test 127.0.0.1, MAP *.tautline.test 127.0.0.1',
      ],
      ...(executablePath === undefined ? {} : { executablePath }),
    },
  }),
  instances: [{ browser: 'chromium' as const }],
})
const chromiumSetup = 'test/setup/chromium.ts'
const browserSetup = [chromiumSetup, 'test/setup/demo-server.ts']

/** The first file fails with instructions if nginx is missing. */
const nchanSetup = ['test/nchan/support/setup.ts', 'test/nchan/support/scale-out/setup.ts']

const projects: TestProjectInlineConfiguration[] = [
  { test: { name: 'repo', include: ['{scripts,bench}/**/*.test.ts'], ...limits } },
  {
    test: {
      name: 'core',
      include: ['packages/core/{src,test}/**/*.test.ts'],
      setupFiles: [path('packages/core/test/setup.ts')],
      ...limits,
    },
  },
  { test: { name: 'react', ...reactTests } },
  {
    // The contract again, on the core as it is built for production: without texts, with its internal names shortened.
    resolve: { alias: builtCore },
    test: {
      name: 'built',
      ...reactTests,
      include: ['packages/react/test/**/*contract.test.tsx', 'test/built/**/*.test.ts'],
    },
  },
  {
    resolve: { alias: [react18] },
    test: { name: 'react-18', ...reactTests, exclude: ['**/*activity.test.tsx'] },
  },
  { plugins: [vue()], test: { name: 'vue', ...vueTests } },
  {
    plugins: [vue({ compiler: compilerOfVue34 })],
    resolve: { alias: [vue34] },
    test: { name: 'vue-3.4', ...vueTests },
  },
  {
    test: {
      name: 'demo-server',
      include: ['packages/demo-server/{src,test}/**/*.test.ts'],
      ...limits,
    },
  },
  { test: { name: 'server', include: ['test/server/**/*.test.{ts,tsx}'], ...limits } },
  {
    test: {
      name: 'nchan',
      include: ['test/nchan/**/*.test.ts'],
      exclude: ['test/nchan/browser/**'],
      globalSetup: nchanSetup,
      ...limits,
    },
  },
  {
    test: {
      name: 'nchan-browser',
      include: ['test/nchan/browser/**/*.test.ts'],
      globalSetup: [chromiumSetup, ...nchanSetup],
      ...limits,
      browser: chromium(),
    },
  },
  {
    plugins: [vue(), sameOriginServer()],
    // Named here, they are bundled before the first test: one that is found late reloads the page under a running test.
    optimizeDeps: { include: ['react', 'react/jsx-dev-runtime', 'react-dom', 'react-dom/client', 'vue'] },
    test: {
      name: 'browser',
      include: ['test/browser/**/*.test.{ts,tsx}'],
      globalSetup: [...browserSetup, 'test/browser/support/storm-setup.ts'],
      ...limits,
      browser: chromium(),
    },
  },
  {
    plugins: [storybookTest({ configDir: path('.storybook') })],
    test: {
      name: 'storybook',
      globalSetup: browserSetup,
      setupFiles: ['test/setup/storybook.ts'],
      ...limits,
      // Some play functions go through every fault of a laboratory, one after the other.
      testTimeout: 180_000,
      browser: chromium(),
    },
  },
]

export default defineConfig({
  resolve: { alias: aliases },
  test: { projects },
})
