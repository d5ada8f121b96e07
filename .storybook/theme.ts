import { create } from 'storybook/theming'

const fonts = {
  fontBase: '"Geist Variable", ui-sans-serif, system-ui, sans-serif',
  fontCode: '"Geist Mono Variable", ui-monospace, monospace',
}
const brand = { brandTitle: 'Tautline', brandTarget: '_self', brandUrl: './' }
const shape = { appBorderRadius: 10, inputBorderRadius: 7 }

/** Storybook's own interface and the docs pages, in the colours of `stories/ui/tokens.css`. */
export const themes = {
  light: create({
    base: 'light',
    ...fonts,
    ...brand,
    ...shape,
    brandImage: './brand-light.svg',
    colorPrimary: '#0b6e5f',
    colorSecondary: '#0b6e5f',
    appBg: '#eef2f0',
    appContentBg: '#f7f9f8',
    appPreviewBg: '#f7f9f8',
    appBorderColor: '#d9e1de',
    textColor: '#11201c',
    textMutedColor: '#51615c',
    textInverseColor: '#ffffff',
    barBg: '#ffffff',
    barTextColor: '#51615c',
    barHoverColor: '#0b6e5f',
    barSelectedColor: '#0b6e5f',
    inputBg: '#ffffff',
    inputBorder: '#c6d1cd',
    inputTextColor: '#11201c',
  }),
  dark: create({
    base: 'dark',
    ...fonts,
    ...brand,
    ...shape,
    brandImage: './brand-dark.svg',
    colorPrimary: '#54d3ba',
    colorSecondary: '#3aa893',
    appBg: '#0b100f',
    appContentBg: '#101615',
    appPreviewBg: '#101615',
    appBorderColor: '#24302c',
    textColor: '#e6efec',
    textMutedColor: '#9db0aa',
    textInverseColor: '#0b100f',
    barBg: '#131b19',
    barTextColor: '#9db0aa',
    barHoverColor: '#54d3ba',
    barSelectedColor: '#54d3ba',
    inputBg: '#0f1514',
    inputBorder: '#33413d',
    inputTextColor: '#e6efec',
  }),
}

const darkQuery = '(prefers-color-scheme: dark)'

/** Resolves the choice in the toolbar. Anything but `light` and `dark`, such as `system`, follows the operating system. */
export function resolveTheme(choice: unknown): 'light' | 'dark' {
  if (choice === 'light' || choice === 'dark') return choice
  return matchMedia(darkQuery).matches ? 'dark' : 'light'
}

/** Calls the listener when the operating system changes between light and dark. Returns a function that stops this. */
export function onSystemTheme(listener: () => void): () => void {
  const media = matchMedia(darkQuery)
  media.addEventListener('change', listener)
  return () => media.removeEventListener('change', listener)
}
