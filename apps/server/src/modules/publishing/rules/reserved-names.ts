const PLATFORM =
  'admin administrator api guildhall help login marketplace moderator official platform registry root security skill skills staff support system team trust verified'

const AGENTS_AND_MAKERS =
  'aider amazon-q amp anthropic augment chatgpt claude claude-code cline codebuddy codex continue copilot crush cursor devin droid factory gemini gemini-cli github github-copilot google goose jules junie kilo-code kimi kiro manus microsoft mistral openai openclaw opencode openhands qwen qwen-code replit roo-code trae vercel warp windsurf zed'

/**
 * Names that a skill of a stranger would borrow trust with: words of the platform, and agents and their makers by the names that
 * people know them by. Each is reserved as it is and in every spelling that looks like it.
 */
export const reservedNames: readonly string[] = `${PLATFORM} ${AGENTS_AND_MAKERS}`.split(' ')
