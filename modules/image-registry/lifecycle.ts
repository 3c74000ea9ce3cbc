/** What a repository keeps. */
export interface Kept {
  readonly untaggedDays: number;
  /** Images, tagged or not; all of them when absent. */
  readonly keepImages?: number;
}

/**
 * A lifecycle policy of ECR. The parts of an image for several architectures have no tag; ECR keeps them as long as the
 * image that names them.
 */
export const lifecyclePolicy = ({ untaggedDays, keepImages }: Kept) => ({
  rules: [
    {
      rulePriority: 1,
      description: "Images that lost their tag",
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: untaggedDays,
      },
      action: { type: "expire" },
    },
    ...(keepImages === undefined ? [] : [oldest(keepImages)]),
  ],
});

const oldest = (keepImages: number) => ({
  rulePriority: 2,
  description: "The oldest ones",
  selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: keepImages },
  action: { type: "expire" },
});
