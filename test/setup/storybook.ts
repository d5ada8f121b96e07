import { configure } from 'storybook/test'
import { inject, vi } from 'vitest'

// In ms. The default of one second is too short on a busy machine.
configure({ asyncUtilTimeout: 20_000 })

// The stories read the demo server's URL where Storybook would put it.
const { url, proxyUrl, secureUrl } = inject('demoServer')
vi.stubEnv('STORYBOOK_DEMO_SERVER', url)
vi.stubEnv('STORYBOOK_DEMO_PROXY', proxyUrl)
vi.stubEnv('STORYBOOK_DEMO_SECURE', secureUrl)
