// Which layer may import which: a row of the table in docs/ARCHITECTURE.md is a rule here.
// (`only` lists where a layer's imports may land; everything else of ours is an error.)
const only = (name, from, ...may) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|client|test|bench|scripts)/', pathNot: [from, ...may] },
})

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\?raw$' },
    },
    only('domain-imports-domain', '^src/domain/'),
    only('commands-import-domain', '^src/commands/', '^src/domain/'),
    only('projections-import-domain', '^src/projections/', '^src/domain/'),
    only('platform-imports-domain', '^src/platform/', '^src/domain/'),
    only('api-imports-inward', '^src/api/', '^src/domain/', '^src/commands/', '^src/projections/'),
    only(
      'bots-play-by-public-commands',
      '^src/bots/',
      '^src/domain/',
      '^src/commands/',
      '^src/projections/',
    ),
    only(
      'cli-asks-by-url',
      '^src/cli/',
      '^src/domain/',
      '^src/commands/',
      '^src/projections/',
      '^src/bots/',
      '^src/config\\.ts$',
      '^src/main\\.ts$',
    ),
    only('config-imports-domain', '^src/config\\.ts$', '^src/domain/'),
    only('client-imports-domain', '^client/', '^src/domain/'),
    {
      name: 'only-main-and-tests-compose',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main\\.ts|cli/)' },
      to: { path: '^src/compose\\.ts$' },
    },
    {
      name: 'domain-has-no-packages',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'core'] },
    },
    {
      name: 'emmett-in-one-file',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/emmett\\.ts$' },
      to: { path: 'node_modules/@event-driven-io/' },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { path: '^(src|client)/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '^src/platform/kernel/' },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
    tsConfig: { fileName: 'tsconfig.json' },
  },
}
