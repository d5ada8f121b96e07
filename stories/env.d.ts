interface ImportMetaEnv {
  /** Where the demo server listens, such as `http://127.0.0.1:4400`; without it the stories use a mock in the page. */
  readonly STORYBOOK_DEMO_SERVER?: string
  /** The same server behind the proxy that breaks connections. */
  readonly STORYBOOK_DEMO_PROXY?: string
  /** The same server over HTTP/2 and TLS, with a self-signed certificate. */
  readonly STORYBOOK_DEMO_SECURE?: string
  /** Where the documentation site runs. */
  readonly STORYBOOK_DOCS_SITE?: string
}

interface ImportMeta {
  readonly env: ImportMetaEnv
  glob(pattern: string, options: { query: '?raw'; import: 'default'; eager: true }): Record<string, string>
}

declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent<Record<string, unknown>>
  export default component
}

declare module '*?raw' {
  const text: string
  export default text
}

declare module '*.css'
