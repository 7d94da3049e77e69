/** The open_id of the sandbox's first marker. */
export const MARKER = "ou_e6139117c300506837def50545420c6a";
