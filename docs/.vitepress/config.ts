import { defineConfig } from 'vitepress'
import { checkAnchors, checkPages, writeList } from './build.ts'
import { STORYBOOK, mermaidBlocks, plainCode, siteLinks } from './links.ts'
import { copyMermaid, serveMermaid } from './mermaid.ts'
import { linkOf, pages, sections } from './pages.ts'
import { searchText } from './search.ts'

const sidebar = sections.map(({ text, collapsed, pages }) => ({
  text,
  ...(collapsed === undefined ? {} : { collapsed }),
  items: pages.map(({ text, link }) => ({ text, link })),
}))

export default defineConfig({
  title: 'Tautline',
  lang: 'en',
  cleanUrls: true,
  cacheDir: '../.cache/vitepress',
  srcExclude: ['behaviours-index.md'],
  rewrites: { 'compare/README.md': 'compare/index.md', 'decisions/README.md': 'decisions/index.md' },
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/favicon.svg' }]],
  markdown: {
    config: (md) => {
      siteLinks(md)
      mermaidBlocks(md)
      plainCode(md)
    },
  },
  themeConfig: {
    logo: '/favicon.svg',
    outline: { level: [2, 3] },
    sidebar,
    nav: [
      { text: 'Which hook?', link: '/guide/which-hook' },
      { text: 'Hooks', link: '/hooks/use-web-socket' },
      { text: 'Recipes', link: '/recipes' },
      { text: 'Help', link: '/help/' },
      ...(STORYBOOK === undefined ? [] : [{ text: 'Storybook', link: STORYBOOK }]),
    ],
    search: {
      provider: 'local',
      options: {
        _render: (text, env, md) => md.render(searchText(text), env),
        miniSearch: {
          searchOptions: {
            // Guides come before notes for contributors.
            boostDocument: (id) => (/^\/(hooks|guide|help|recipes)/.test(String(id)) ? 3 : 1),
          },
        },
      },
    },
  },
  vite: {
    plugins: [serveMermaid],
    // The index of the search is large. A page loads it when the search is opened.
    build: { chunkSizeWarningLimit: 2_000 },
  },
  transformPageData(page) {
    const listed = pages.find(({ link }) => link === linkOf(page.relativePath))
    return listed && { title: listed.text, description: listed.description }
  },
  buildEnd({ pages: files, outDir }) {
    checkPages(files, pages)
    checkAnchors(outDir)
    writeList(outDir)
    copyMermaid(outDir)
  },
})
