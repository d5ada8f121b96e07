import '@fontsource-variable/geist/wght.css'
import '@fontsource-variable/geist-mono/wght.css'
import { GLOBALS_UPDATED, SET_GLOBALS } from 'storybook/internal/core-events'
import { addons } from 'storybook/manager-api'
import { onSystemTheme, themeOf, themes } from './theme.ts'

addons.setConfig({ theme: themes[themeOf('system')], sidebar: { showRoots: true } })

addons.register('tautline/theme', (api) => {
  const channel = addons.getChannel()
  const apply = (): void => api.setOptions({ theme: themes[themeOf(api.getGlobals()['theme'])] })
  channel.on(SET_GLOBALS, apply)
  channel.on(GLOBALS_UPDATED, apply)
  onSystemTheme(apply)
})
