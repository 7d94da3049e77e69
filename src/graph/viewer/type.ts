import type { Viewer as ViewerData } from "../../authz/viewer.js";
import { FREE } from "../federation/directives.js";
import { ID } from "../schema/id.js";
import { objectType } from "../schema/object-type.js";
import { UserIdType } from "../user/type.js";

/** A viewer as the graph exposes it. */
export interface ViewerNode extends Pick<ViewerData, "userId" | "idType" | "name"> {
  readonly avatarUrl?: string | null;
  readonly scopes: readonly string[];
}

export const Viewer = objectType<ViewerNode>(
  "Viewer",
  "The signed-in caller.",
  {
    userId: [ID, "The Feishu id used to sign in, of the type that `idType` names.", "required"],
    idType: [UserIdType, "The type of `userId`.", "required"],
    name: [String, "The name, from signing in or from the directory."],
    avatarUrl: [String, "The address of the viewer's picture, from signing in."],
    scopes: [[String], "The scopes granted at sign-in.", "required"],
  },
  [FREE],
);
