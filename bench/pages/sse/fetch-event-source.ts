import { fetchEventSource } from '@microsoft/fetch-event-source'
import { offerPlayer } from './player.ts'

offerPlayer((url, onData) => {
  const controller = new AbortController()
  // Without `openWhenHidden` it would reconnect when the page is hidden for a while.
  const { signal } = controller
  void fetchEventSource(url, { signal, openWhenHidden: true, onmessage: ({ data }) => onData(data) })
  return () => controller.abort()
})
