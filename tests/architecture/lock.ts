/** The lock file: whole for every platform, since `npm ci` refuses one that is not, and without anybody's registry. */

interface Entry {
  version?: string
  resolved?: string
  optionalDependencies?: Record<string, string>
}

export function lockFaults(lock: string): string[] {
  const packages = Object.entries((JSON.parse(lock) as { packages: Record<string, Entry> }).packages)
  const known = new Set(packages.map(([path]) => path))
  return packages.flatMap(([path, { version, resolved, optionalDependencies = {} }]) => {
    const missing = Object.keys(optionalDependencies).filter(
      (name) => !known.has(`node_modules/${name}`) && !known.has(`${path}/node_modules/${name}`),
    )
    return [
      ...missing.map((name) => `${path} needs ${name} on some platform, and it is not locked`),
      ...(path !== '' && !version ? [`${path} has no version`] : []),
      ...(resolved ? [`${path} names the registry that it came from`] : []),
    ]
  })
}
