/**
 * What every call of a tool needs to be granted, by the name of the tool: tokens of permissions, `network` for any host at all. Here so
 * that packages can be judged without the tools themselves; a test of the sandbox keeps it in step with them.
 */
export const toolNeeds: Readonly<Record<string, readonly string[]>> = {
  'ai.embed': ['ai'],
  'ai.generateObject': ['ai'],
  'ai.generateText': ['ai'],
  'csv.parse': ['tools:csv.parse'],
  'csv.stringify': ['tools:csv.stringify'],
  'file.list': ['fileSystem.read:workspace'],
  'file.read': ['fileSystem.read:workspace'],
  'file.write': ['fileSystem.write:workspace'],
  'http.get': ['network'],
  'http.post': ['network'],
  'http.request': ['network'],
  'storage.delete': ['storage'],
  'storage.get': ['storage'],
  'storage.list': ['storage'],
  'storage.set': ['storage'],
}
