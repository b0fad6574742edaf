export { parseSource, type ParseOptions } from './source/parse-source.ts'
export type { FolderSource, GitProtocol, GitSource, IndexSource, Source } from './source/source.ts'
export { SourceError, type SourceErrorCode, type SourceErrorFacts, sourceErrorTable } from './source-error.ts'
export { defaultSourceLimits, type SourceLimits } from './source-limits.ts'
export { publicSources, type SourcePolicy, typedByUser } from './source-policy.ts'
export type { SourceTree, TreeEntry } from './source-tree.ts'
export {
  type OpenedRepository,
  openRepository,
  type OpenOptions,
  REPOSITORY_FOLDER_PREFIX,
  type RepositoryProgress,
} from './git/open-repository.ts'
export {
  type Discovery,
  type FindOptions,
  findSkills,
  type FoundSkill,
  isCalled,
  type LeftOutSkill,
} from './find/find-skills.ts'
export { readSkill, type ReadSkill, type ReadSkillOptions } from './find/read-skill.ts'
export { fetchIndexedSkill } from './index/fetch-indexed-skill.ts'
export type { FetchOptions } from './index/fetch-within.ts'
export { type IndexedSkill, readIndex, type SkillIndex } from './index/read-index.ts'
export { openFolder } from './folder/open-folder.ts'
