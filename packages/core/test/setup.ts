import fc from 'fast-check'

// On a developer's machine each run explores again; in CI a change is judged by itself and not by luck.
if (process.env['CI']) fc.configureGlobal({ seed: 20_261_121 })
