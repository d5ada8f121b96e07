import { type ReactNode, useEffect, useState } from 'react'
import { DocsContainer, type DocsContainerProps } from '@storybook/addon-docs/blocks'
import { GLOBALS_UPDATED } from 'storybook/internal/core-events'
import { addons } from 'storybook/preview-api'
import { applyTheme } from './apply-theme.ts'
import { onSystemTheme, resolveTheme, themes } from './theme.ts'

/** Shows docs pages in the theme of the toolbar, or of the operating system. */
export function ThemedDocs({ children, context }: DocsContainerProps & { readonly children?: ReactNode }) {
  const [choice, setChoice] = useState<unknown>(themeIn(new URLSearchParams(location.search)))
  const [, render] = useState(0)
  useEffect(() => {
    const channel = addons.getChannel()
    const onGlobals = ({ globals }: { globals: Record<string, unknown> }): void => setChoice(globals['theme'])
    channel.on(GLOBALS_UPDATED, onGlobals)
    return () => channel.off(GLOBALS_UPDATED, onGlobals)
  }, [])
  useEffect(() => onSystemTheme(() => render((times) => times + 1)), [])
  useEffect(() => applyTheme(choice), [choice])
  return (
    <DocsContainer context={context} theme={themes[resolveTheme(choice)]}>
      {children}
    </DocsContainer>
  )
}

/** Reads the theme from a query such as `?globals=theme:dark;server:mock`. */
function themeIn(query: URLSearchParams): string | undefined {
  const pairs = (query.get('globals') ?? '').split(';').map((pair) => pair.split(':'))
  return pairs.find(([name]) => name === 'theme')?.[1]
}
