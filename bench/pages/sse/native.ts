import { offerPlayer } from './player.ts'

offerPlayer((url, hear) => {
  const source = new EventSource(url)
  source.onmessage = ({ data }: MessageEvent<string>) => hear(data)
  return () => source.close()
})
