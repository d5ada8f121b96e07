import { join } from 'node:path'
import { createServer } from 'vite'

// Writes the file that the development server of Vite gives for an import of the core: node dev-server.ts <project>

const [project = ''] = process.argv.slice(2)
const server = await createServer({
  root: project,
  configFile: false,
  server: { middlewareMode: true, ws: false },
  optimizeDeps: { noDiscovery: true },
})
const { pluginContainer } = server.environments.client
const file = await pluginContainer.resolveId('@tautline/core', join(project, 'pages/react.js'))
process.stdout.write(`${file?.id ?? 'nothing'}\n`)
await server.close()
