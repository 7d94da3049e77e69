/**
 * How a router that plans by `@cost` sees us. It counts one for each object; here an object costs nothing unless it is read
 * by a call of its own. Coarser than the estimate that operations are priced by, which knows plans and batches.
 */
export const FREE = "@cost(weight: 0)";

/** A job, a talent or an application: one call. */
export const ONE_CALL = "@cost(weight: 1)";

/** A list: the calls for its pages at the documented maximum of `first`, for its exams and for its users. */
export const LIST_CALLS = "@cost(weight: 10)";

/** A list is as long as is asked for. */
export const LIST_SIZE =
  '@listSize(slicingArguments: ["first"], sizedFields: ["edges"], requireOneSlicingArgument: false)';
