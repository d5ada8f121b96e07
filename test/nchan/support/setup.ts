import { findNchan, HOW_TO_GET_NCHAN } from '../../../scripts/nginx.ts'
import { findRedis, HOW_TO_GET_REDIS } from '../../../scripts/redis.ts'

/** Fails once with instructions if nginx or Redis is missing, instead of in every test file. */
export default function setup(): void {
  if (findNchan() === undefined) throw new Error(HOW_TO_GET_NCHAN)
  if (findRedis() === undefined) throw new Error(HOW_TO_GET_REDIS)
}
