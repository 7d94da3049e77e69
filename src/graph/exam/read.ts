import { UpstreamError } from "../../feishu/errors.js";
import type { ExamEntity, Loaders, UserReference } from "../../loaders/index.js";

/** Id type of reviewers where no marker determines the type to compare. */
export const EXAMS_WITHOUT_MARKER = "open_id";

const WITHOUT_ID = new UpstreamError("UPSTREAM_CONTRACT", "Feishu's exam lacks its id", null);

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
  const read = await loaders.exams(applicationId, kind);
  const exams = read.map(({ id, reviewerId, ...exam }): ExamEntity => {
    const reviewedByMarker = comparable ? reviewerId === marker.id : null;
    // An id that does not match is an error value, which the executor reports at its field.
    const isWrong = (reviewerId as unknown) instanceof Error;
    const reviewer = isWrong ? (reviewerId as never) : reviewerId ? { id: reviewerId, idType: kind } : null;
    return { ...exam, id: id || (WITHOUT_ID as never), reviewer, reviewedByMarker };
  });
  return exams.toSorted((a, b) => Number(b.reviewedByMarker) - Number(a.reviewedByMarker));
}
