import { formatBytes } from '../../lib/format.ts'

/** How much of a file has left. */
export function UploadProgress({ sentBytes, totalBytes }: { sentBytes: number; totalBytes: number }) {
  return (
    <div>
      <progress
        aria-label="Upload"
        value={sentBytes}
        max={totalBytes}
        className="h-0.5 w-full appearance-none bg-rule [&::-moz-progress-bar]:bg-ink [&::-webkit-progress-bar]:bg-rule [&::-webkit-progress-value]:bg-ink"
      />
      <p className="numbers text-sm text-soft">
        {formatBytes(sentBytes)} of {formatBytes(totalBytes)} sent
      </p>
    </div>
  )
}
