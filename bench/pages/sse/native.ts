import { offerPlayer } from './player.ts'

offerPlayer((url, onData) => {
  const source = new EventSource(url)
  source.onmessage = ({ data }: MessageEvent<string>) => onData(data)
  return () => source.close()
})
