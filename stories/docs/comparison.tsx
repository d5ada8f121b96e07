import { Markdown } from '@storybook/addon-docs/blocks'
import type { ReactNode } from 'react'
import { Code } from './code.tsx'

const LANGUAGES: Readonly<Record<string, 'html' | 'tsx'>> = { vue: 'html', ts: 'tsx', tsx: 'tsx' }

interface Props {
  readonly children?: ReactNode
  /** Such as `language-tsx`. */
  readonly className?: string
}

/** A code block in the theme of the page, or code within a sentence. */
function MarkdownCode({ className = '', children }: Props) {
  const language = LANGUAGES[/lang(?:uage)?-(\w+)/.exec(className)?.[1] ?? '']
  if (!language || typeof children !== 'string') return <code>{children}</code>
  return <Code of={children} language={language} />
}

const Pre = ({ children }: Props) => <>{children}</>

const Table = ({ children }: Props) => (
  <div className="sb-unstyled doc-table" role="region" aria-label="Comparison" tabIndex={0}>
    <table>{children}</table>
  </div>
)

const options = { overrides: { code: MarkdownCode, pre: Pre, table: Table } }

/** Links to other comparisons lead to their pages in Storybook. Other files of the repository are not in it. */
const replaceLinks = (text: string): string =>
  text
    .replaceAll(/\]\(([\w-]+)\.md\)/g, '](./?path=/docs/compared-with-$1--docs)')
    .replaceAll(/\[([^\]]+)\]\(\.\.\/[^)]*\)/g, '$1')

/** A page of `docs/compare`. */
export function Comparison({ of: text }: { readonly of: string }) {
  return <Markdown options={options}>{replaceLinks(text)}</Markdown>
}
