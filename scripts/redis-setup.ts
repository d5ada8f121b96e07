import { findRedis, HOW_TO_GET_REDIS } from './redis.ts'
import { ensureInstalled } from './system-packages.ts'

// Makes sure that there is a redis-server for the tests of several nginx nodes.

await ensureInstalled({
  find: () => findRedis(),
  debianPackages: ['redis-server'],
  pathVariables: ['REDIS_PATH'],
  howToGet: HOW_TO_GET_REDIS,
})
