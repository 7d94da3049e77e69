// graphql-codegen takes the name of a file here: the texts in the manifest then are those that Apollo Client would send.
exports.transform = require("@graphql-codegen/client-preset").addTypenameSelectionDocumentTransform.transform;
