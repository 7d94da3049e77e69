import { i18nText, int, list, maybe, shape, text } from "../decode/decode.js";
import { type Infer } from "../decode/decoder.js";

/** How Feishu writes "until now" (至今) where a time is expected. */
export const UNTIL_NOW = "-";

/** What somebody entered as a time: digits in the given unit; anything else is no time. */
const enteredTime = (unitMs: number) =>
  text.transform((value) => (value && /^\d+$/.test(value) ? Number(value) * unitMs : null));

const option = shape({ key: text, name: i18nText });

const attachment = shape({ fileId: text, fileName: text, contentType: text, fileSize: int });

/** A company's own field (自定义字段): its value stands in the member that `objectType` names. */
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

/** A job's: times in milliseconds. */
export const jobCustomField = customField(1);

/** A talent's: times in seconds. */
export const talentCustomField = customField(1000);

/** A custom field as the graph needs it; times in milliseconds. */
export type CustomFieldData = Infer<typeof jobCustomField>;
