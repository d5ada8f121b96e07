import { findNchan, HOW_TO_GET_NCHAN } from '../../../scripts/nginx.ts'

/** Fails once with instructions if nginx is missing, instead of in every test file. */
export default function setup(): void {
  if (findNchan() === undefined) throw new Error(HOW_TO_GET_NCHAN)
}
