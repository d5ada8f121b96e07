import { createContext, useContext } from 'react'
import { type StoryServer, mockServer } from './story-server.ts'

export const ServerContext = createContext<StoryServer>(mockServer)

/** The server of the story that the component belongs to. */
export function useServer(): StoryServer {
  return useContext(ServerContext)
}
