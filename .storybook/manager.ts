import '@fontsource-variable/geist/wght.css'
import '@fontsource-variable/geist-mono/wght.css'
import { GLOBALS_UPDATED, SET_GLOBALS } from 'storybook/internal/core-events'
import { addons } from 'storybook/manager-api'
import { onSystemTheme, resolveTheme, themes } from './theme.ts'

addons.setConfig({
  theme: themes[resolveTheme('system')],
  sidebar: { showRoots: true },
  // Hides the addon panel, so that a story has the whole height. The key A shows it.
  bottomPanelHeight: 0,
})

addons.register('tautline/theme', (api) => {
  let choice: unknown = 'system'
  const apply = (): void => api.setOptions({ theme: themes[resolveTheme(choice)] })
  const choose = ({ globals }: { readonly globals: Readonly<Record<string, unknown>> }): void => {
    choice = globals['theme']
    apply()
  }
  const channel = addons.getChannel()
  channel.on(SET_GLOBALS, choose)
  channel.on(GLOBALS_UPDATED, choose)
  onSystemTheme(apply)
})
