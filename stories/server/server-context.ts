import { createContext, useContext } from 'react'
import { type StoryServer, mockServer } from './story-server.ts'

export const ServerContext = createContext<StoryServer>(mockServer)

/** The server that the story around the component talks to. */
export function useServer(): StoryServer {
  return useContext(ServerContext)
}
