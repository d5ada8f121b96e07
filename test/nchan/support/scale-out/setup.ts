import type { TestProject } from 'vitest/node'
import { startCluster } from './cluster.ts'
import { startControlServer } from './control-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the server that controls the networks in front of two nginx nodes: `inject('scaleOut')`. */
    scaleOut: string
  }
}

/** Starts the nodes and their control server once for all test files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startCluster()
  const control = await startControlServer(cluster)
  project.provide('scaleOut', control.url)
  return async () => {
    await control.close()
    await cluster.stop()
  }
}
