export { type AgentFolder, agentFolders, type Surroundings } from './agent-folders.ts'
export type { ChangeRequest, SkillToInstall } from './change-request.ts'
export { type ChangedSkill, type ChangeReport, changeSkills, settle } from './change-skills.ts'
export { type Difference, differencesOf } from './differences.ts'
export { dependentsOf, orphansAmong } from './dependents.ts'
export { detectAgents, type DetectedAgent } from './detect-agents.ts'
export { readTree, unsignedDigest } from './file-tree.ts'
export { InstallProblem, type InstallProblemCode } from './install-problem.ts'
export {
  folderNameOf,
  globalScope,
  type InstallScope,
  projectScope,
  targetsIn as installTargetsOf,
} from './install-scope.ts'
export { type InstallMode, type InstallTarget, installTargets } from './install-targets.ts'
export { type InstalledFolder, type InstalledSkill, listInstalled } from './list-installed.ts'
export { readLock } from './lock-store.ts'
export { createPackageCache, type PackageCache } from './package-cache.ts'
export { type Decision, markOf } from './standing.ts'
export { type ReleaseToVerify, verifyRelease } from './verify-release.ts'
export { type MergedTrees, mergeTrees } from './merge-trees.ts'
