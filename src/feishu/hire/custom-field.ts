import { i18nText, int, list, maybe, shape, text } from "../decode/decode.js";
import { type Infer } from "../decode/decoder.js";

/** Feishu's value for "until now" (至今) in place of a time. */
export const UNTIL_NOW = "-";

/** Decodes a time that a user entered: digits in the given unit. Anything else becomes `null`. */
const enteredTime = (unitMs: number) =>
  text.transform((value) => (value && /^\d+$/.test(value) ? Number(value) * unitMs : null));

const option = shape({ key: text, name: i18nText });

const attachment = shape({ fileId: text, fileName: text, contentType: text, fileSize: int });

/** Creates a decoder for a company's custom field (自定义字段). `objectType` names the member that holds its value. */
const customField = (unitMs: number) => {
  const time = enteredTime(unitMs);
  const range = shape({ startTime: time, endTime: text }).transform(({ startTime, endTime }) => ({
    startTime,
    endTime: time.read(endTime),
    ongoing: endTime === UNTIL_NOW,
  }));
  return shape({
    objectId: text,
    name: i18nText,
    objectType: int,
    value: maybe(
      shape({
        content: text,
        option: maybe(option),
        options: ["option_list", list(option)],
        timeRange: maybe(range),
        time,
        number: text,
        attachments: ["customized_attachment", list(attachment)],
      }),
    ),
  });
};

/** Custom field of a job, with times in milliseconds. */
export const jobCustomField = customField(1);

/** Custom field of a talent, with times in seconds. */
export const talentCustomField = customField(1000);

/** A custom field as the graph needs it; times in milliseconds. */
export type CustomFieldData = Infer<typeof jobCustomField>;
