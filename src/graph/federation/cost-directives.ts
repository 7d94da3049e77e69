/**
 * Cost of an object without a call of its own. A router that plans by `@cost` would count one for each object. These
 * weights are coarser than the estimate that operations are priced by, which knows plans and batches.
 */
export const FREE = "@cost(weight: 0)";

/** Cost of a job, a talent or an application: one call. */
export const ONE_CALL = "@cost(weight: 1)";

/** Cost of a list: the calls for its pages, exams and users at the documented maximum of `first`. */
export const LIST_CALLS = "@cost(weight: 10)";

/** Size of a list: the value of `first`. */
export const LIST_SIZE =
  '@listSize(slicingArguments: ["first"], sizedFields: ["edges"], requireOneSlicingArgument: false)';
