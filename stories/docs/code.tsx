import { Source } from '@storybook/addon-docs/blocks'
import { useDark } from './use-colours.ts'

/** A code block in the theme of the page. */
export function Code(props: { readonly of: string; readonly language?: 'tsx' | 'html' | 'bash' }) {
  const { of: code, language = 'tsx' } = props
  return (
    <div className="doc-code">
      <Source code={code.trim()} language={language} dark={useDark()} />
    </div>
  )
}
