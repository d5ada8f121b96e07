import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MarkdownRenderer } from 'vitepress'
import { linkOf, pages } from './pages.ts'

const DOCS = fileURLToPath(new URL('..', import.meta.url))
const ROOT = join(DOCS, '..')

/** Files outside of `docs/` that a page of the site includes. */
const INCLUDED: Readonly<Record<string, string>> = {
  'packages/core/errors.md': '/help/errors',
  'bench/RESULTS.md': '/contributing/benchmarks',
  'CONTRIBUTING.md': '/contributing/',
  'examples/scale-out/README.md': '/guide/scale-out',
}

/** The address of the Storybook that runs beside the site, if there is one. */
export const STORYBOOK = process.env['DOCS_STORYBOOK']

/** Finds the file of a link. An included page has links that are relative to its own folder. */
const findFile = (path: string, source: string): string | undefined =>
  [dirname(source), ...Object.keys(INCLUDED).map((file) => join(ROOT, dirname(file)))]
    .map((folder) => resolve(folder, path))
    .find((file) => existsSync(file))

/** The address of a link on the site, or undefined if its target is not on the site. */
function resolveLink(href: string, source: string): string | undefined {
  if (href.startsWith('story:'))
    return STORYBOOK && `${STORYBOOK}/?path=/story/${href.slice('story:'.length)}`
  if (/^(\w+:|#|\/)/.test(href)) return href
  const [path = '', anchor] = href.split('#')
  const file = findFile(path, source)
  if (file === undefined) return href
  const link =
    INCLUDED[relative(ROOT, file)] ?? (file.startsWith(DOCS) ? linkOf(relative(DOCS, file)) : undefined)
  if (link === undefined || !pages.some((page) => page.link === link)) return undefined
  return anchor === undefined ? link : `${link}#${anchor}`
}

/**
 * Links to files of the repository lead to their pages on the site. A link whose target is not on the site becomes
 * plain text.
 */
export function siteLinks(md: MarkdownRenderer): void {
  md.core.ruler.push('site-links', (state) => {
    for (const token of state.tokens) {
      if (token.children === null) continue
      // What replaces the end of the current link, if its target is not on the site.
      let note: string | undefined
      token.children = token.children.flatMap((child) => {
        if (child.type === 'image') setSource(child, state.env.path)
        if (child.type === 'link_open') {
          const target = child.attrGet('href') ?? ''
          const href = resolveLink(target, state.env.path)
          note = href === undefined ? (target.startsWith('story:') ? ' (in Storybook)' : '') : undefined
          if (href === undefined) return []
          child.attrSet('href', href)
        }
        if (child.type !== 'link_close' || note === undefined) return [child]
        const text = new state.Token('text', '', 0)
        text.content = note
        note = undefined
        return [text]
      })
    }
  })
}

/** Makes the address of an image relative to the page that includes it. */
function setSource(
  image: { attrGet(name: string): string | null; attrSet(name: string, value: string): void },
  page: string,
): void {
  const file = findFile(image.attrGet('src') ?? '', page)
  if (file !== undefined) image.attrSet('src', `./${relative(dirname(page), file)}`)
}

/** Code within a sentence is no template of Vue, also if it has double braces. */
export function plainCode(md: MarkdownRenderer): void {
  const render = md.renderer.rules.code_inline
  md.renderer.rules.code_inline = (tokens, index, options, env, self) => {
    tokens[index]?.attrSet('v-pre', '')
    return render?.(tokens, index, options, env, self) ?? ''
  }
}

/** Blocks of Mermaid are drawn by a component. */
export function mermaidBlocks(md: MarkdownRenderer): void {
  const fence = md.renderer.rules.fence
  md.renderer.rules.fence = (tokens, index, options, env, self) => {
    const { info, content } = tokens[index] ?? { info: '', content: '' }
    if (info.trim() === 'mermaid') return `<MermaidDiagram code="${encodeURIComponent(content)}" />`
    return fence?.(tokens, index, options, env, self) ?? ''
  }
}
