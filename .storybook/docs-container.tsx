import { type ReactNode, useEffect, useState } from 'react'
import { DocsContainer, type DocsContainerProps } from '@storybook/addon-docs/blocks'
import { GLOBALS_UPDATED } from 'storybook/internal/core-events'
import { addons } from 'storybook/preview-api'
import { applyTheme } from './apply-theme.ts'
import { onSystemTheme, themeOf, themes } from './theme.ts'

/** Docs pages follow the theme of the toolbar, and of the machine. */
export function ThemedDocs({ children, context }: DocsContainerProps & { readonly children?: ReactNode }) {
  const [choice, setChoice] = useState<unknown>(globalOf(new URLSearchParams(location.search)))
  const [, render] = useState(0)
  useEffect(() => {
    const channel = addons.getChannel()
    const heard = ({ globals }: { globals: Record<string, unknown> }): void => setChoice(globals['theme'])
    channel.on(GLOBALS_UPDATED, heard)
    return () => channel.off(GLOBALS_UPDATED, heard)
  }, [])
  useEffect(() => onSystemTheme(() => render((times) => times + 1)), [])
  useEffect(() => applyTheme(choice), [choice])
  return (
    <DocsContainer context={context} theme={themes[themeOf(choice)]}>
      {children}
    </DocsContainer>
  )
}

/** `?globals=theme:dark;server:mock` */
function globalOf(query: URLSearchParams): string | undefined {
  const pairs = (query.get('globals') ?? '').split(';').map((pair) => pair.split(':'))
  return pairs.find(([name]) => name === 'theme')?.[1]
}
