import type { ExamEntity, Loaders, UserReference } from "../../loaders/index.js";

/** Id type of reviewers where no marker determines the type to compare. */
export const EXAMS_WITHOUT_MARKER = "open_id";

/**
 * Reads the exams of an application. With a marker, the exams that they mark come first. Feishu does not say which exam
 * a marking task is about, but it does say who marks an exam.
 */
export async function readExams(
  loaders: Loaders,
  applicationId: string,
  marker: UserReference | null,
): Promise<ExamEntity[]> {
  const kind = marker === null || marker.idType === "people_admin_id" ? EXAMS_WITHOUT_MARKER : marker.idType;
  const comparable = marker !== null && marker.idType === kind;
  const exams = (await loaders.exams(applicationId, kind)).flatMap(({ id, reviewerId, ...exam }): ExamEntity[] => {
    if (!id) return [];
    const reviewer = reviewerId ? { id: reviewerId, idType: kind } : null;
    return [{ ...exam, id, reviewer, reviewedByMarker: comparable ? reviewerId === marker.id : null }];
  });
  return exams.toSorted((a, b) => Number(b.reviewedByMarker) - Number(a.reviewedByMarker));
}
