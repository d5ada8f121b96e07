import { fetchEventSource } from '@microsoft/fetch-event-source'
import { offerPlayer } from './player.ts'

offerPlayer((url, hear) => {
  const controller = new AbortController()
  // `openWhenHidden`: it would close and begin anew when the page is covered.
  const { signal } = controller
  void fetchEventSource(url, { signal, openWhenHidden: true, onmessage: ({ data }) => hear(data) })
  return () => controller.abort()
})
