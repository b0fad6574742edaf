export * from './action-validator.ts'
export { createBroker, type BrokerOptions, type ToolCallEntry } from './broker/broker.ts'
export { Budget, defaultBudgetLimits, toolClasses, type BudgetLimits, type ToolClass } from './broker/budget.ts'
export {
  createLocalSkillCaller,
  type CallableSkill,
  type LocalSkillCallerOptions,
  type SkillFinder,
} from './broker/local-skill-caller.ts'
export type { SecretPort } from './broker/secrets.ts'
export type { SkillCall, SkillCaller, SkillCallFailure, SkillCallOutcome } from './broker/skill-caller.ts'
export { createUsageTally, type UsageTally } from './broker/usage-tally.ts'
export { hostToken, isGranted, isHostGranted } from './broker/permission-rule.ts'
export { defineTool, storageLimits, ToolFailure, type StoragePort, type Tool, type ToolContext } from './broker/tool.ts'
export { runActionCase, type CasePackage, type CaseSurroundings, type CaseVerdict } from './cases/run-action-case.ts'
export { checkOutput } from './check-output.ts'
export { createEngines, type EnginesOptions } from './engines/create-engines.ts'
export { createJavascriptEngine, type JavascriptEngineOptions } from './engines/javascript/javascript-engine.ts'
export { createWorkflowEngine, type WorkflowEngineOptions } from './engines/workflow/workflow-engine.ts'
export { findDenoBinary } from './engines/javascript/deno-binary.ts'
export { createPythonEngine, type PythonEngineOptions } from './engines/python/python-engine.ts'
export type { DockerScriptsOptions } from './engines/shell/docker-scripts.ts'
export { createShellEngine, type ShellEngineOptions } from './engines/shell/shell-engine.ts'
export { createGate, type Gate } from './gate.ts'
export * from './run.ts'
export * from './sandbox.ts'
export { createMemoryStorage, StorageRefused } from './tools/memory-storage.ts'
export {
  createStandardTools,
  describeTools,
  toolPermission,
  toolPermissions,
  type ToolDescription,
} from './tools/standard-tools.ts'
export { createWorkshops, type Workshops, type WorkshopsOptions, type WorkshopStatus } from './workshop/workshops.ts'
export { listWorkspace, type WorkspaceEntry } from './workspace/workspace-entries.ts'
export { readWorkspaceFile, writeWorkspaceFile } from './workspace/workspace-files.ts'
export { workspaceLimits } from './workspace/workspace-path.ts'
