import { createAccounts } from './accounts/accounts.ts'
import { createMyEvents } from './accounts/my-events.ts'
import { createMySocket } from './accounts/my-socket.ts'
import { type Endpoint } from './endpoint.ts'
import { createChat } from './endpoints/chat.ts'
import { createCounted } from './endpoints/counted.ts'
import { createEcho } from './endpoints/echo.ts'
import { createPrivate } from './endpoints/private.ts'
import { createProtocols } from './endpoints/protocols.ts'
import { createTicker } from './endpoints/ticker.ts'
import { createLiveChannels } from './live/live-channels.ts'
import { createLiveSocket } from './live/live-socket.ts'
import { createEndless } from './rest/endless.ts'
import { createCompletions } from './streams/completions.ts'
import { createEchoHeaders } from './streams/echo-headers.ts'
import { createFlood } from './streams/flood.ts'
import { createNews } from './streams/news.ts'
import { createPrices } from './streams/prices.ts'
import { createRaw } from './streams/raw.ts'
import { type StreamEndpoint } from './streams/stream-endpoint.ts'
import { createTokens } from './tokens.ts'

/** Creates all WebSocket endpoints and all HTTP streams. Add a new one here. */
export function createEndpoints() {
  const tokens = createTokens()
  const accounts = createAccounts()
  const ticker = createTicker()
  const news = createNews()
  const live = createLiveChannels()
  const sockets: readonly Endpoint[] = [
    createChat(),
    createEcho(),
    ticker,
    createProtocols(),
    createPrivate(tokens),
    createCounted(),
    createMySocket(accounts),
    createLiveSocket(live),
  ]
  const streams: readonly StreamEndpoint[] = [
    news,
    createPrices(),
    createCompletions(tokens),
    createRaw(),
    createEchoHeaders(),
    createFlood(),
    createEndless(),
    createMyEvents(accounts),
  ]
  return { tokens, accounts, ticker, news, live, sockets, streams }
}
