export { SkeletonRows as default } from '../../ui/skeleton.tsx'
