import { ID } from "type-graphql";
import type { Viewer as ViewerData } from "../../authz/viewer.js";
import { FREE } from "../federation/cost-directives.js";
import { objectType } from "../schema/object-type.js";
import { UserIdType } from "../user/type.js";

/** A viewer as the graph exposes it. */
export interface ViewerNode extends Pick<ViewerData, "userId" | "idType" | "name"> {
  readonly scopes: readonly string[];
}

export const Viewer = objectType<ViewerNode>(
  "Viewer",
  "Who is signed in.",
  {
    userId: [ID, "The Feishu id that they signed in with, of the kind that `idType` names.", "required"],
    idType: [UserIdType, "What kind of id `userId` is.", "required"],
    name: [String, "The name, from signing in or from the directory."],
    scopes: [[String], "The rights that signing in gave.", "required"],
  },
  [FREE],
);
