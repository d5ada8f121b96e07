// Runs `clients.mjs` against a server, in this version of Node and in a worker thread. Another runtime may be given:
//   node test/platforms/run.mjs npx -y deno run -A
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { WebSocketServer } from 'ws'

const JSON_TYPE = { 'content-type': 'application/json' }

const routes = {
  '/events'(request, response) {
    const id = Number(request.headers['last-event-id'] ?? 0) + 1
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(`id: ${id}\ndata: é ${id}\n\n`)
  },
  '/poll'(request, response) {
    const next = Number(new URL(request.url, 'http://a').searchParams.get('since')) + 1
    response.writeHead(200, JSON_TYPE).end(JSON.stringify({ next, text: `é ${next}` }))
  },
  '/json'(request, response) {
    response.writeHead(200, JSON_TYPE)
    request.pipe(response)
  },
}

const server = createServer((request, response) => {
  const route = routes[request.url.split('?')[0]]
  if (route) route(request, response)
  else response.writeHead(404, JSON_TYPE).end('{"why":"ü"}')
})
new WebSocketServer({ server }).on('connection', (socket) => {
  socket.on('message', (message, isBinary) => socket.send(message, { binary: isBinary }))
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')

const [command = process.execPath, ...given] = process.argv.slice(2)
const clients = fileURLToPath(new URL('clients.mjs', import.meta.url))
for (const mode of ['main', 'worker']) {
  const argv = [...given, clients, `http://127.0.0.1:${server.address().port}`, mode]
  const child = spawn(command, argv, { stdio: 'inherit', timeout: 60_000 })
  const [code] = await once(child, 'exit')
  process.stdout.write(`${mode}: ${code === 0 ? 'passed' : `failed (${code})`}\n`)
  if (code !== 0) process.exitCode = 1
}
server.closeAllConnections()
server.close()
