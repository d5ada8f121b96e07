import { findNchan, HOW_TO_GET_NCHAN } from './nginx.ts'
import { ensureInstalled } from './system-packages.ts'

// Makes sure that there is an nginx with nchan for the tests of long polling.

await ensureInstalled({
  find: () => findNchan()?.program,
  debianPackages: ['nginx', 'libnginx-mod-nchan'],
  pathVariables: ['NGINX_PATH', 'NGINX_MODULES'],
  howToGet: HOW_TO_GET_NCHAN,
})
