import {
  dayOfMilliseconds,
  dayOfSeconds,
  i18nText,
  int,
  list,
  maybe,
  milliseconds,
  seconds,
  shape,
  text,
} from "../decode/decode.js";
import { Decoder, type Infer } from "../decode/decoder.js";

/** Feishu's value for "until now" (至今) in place of a time. */
export const UNTIL_NOW = "-";

const option = shape({ key: text, name: i18nText });

const attachment = shape({ fileId: text, fileName: text, contentType: text, fileSize: int });

/** Decodes the end of a period; `null` while it is ongoing. */
const orOngoing = <T>({ read }: Decoder<T>): Decoder<T | null> =>
  new Decoder((value) => (value === UNTIL_NOW ? null : read(value)));

/**
 * Creates a decoder for a company's custom field (自定义字段). `objectType` names the member that holds its value; the
 * others may hold anything.
 */
const customField = (time: Decoder<number | null>, day: Decoder<string | null>) => {
  const range = shape({
    startTime: time,
    startDate: ["start_time", day],
    endTime: orOngoing(time),
    endDate: ["end_time", orOngoing(day)],
    ongoing: ["end_time", text.transform((value) => value === UNTIL_NOW)],
  });
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
        date: ["time", day],
        number: text,
        attachments: ["customized_attachment", list(attachment)],
      }).lenient(),
    ),
  });
};

/** Custom field of a job, with times in milliseconds. */
export const jobCustomField = customField(milliseconds, dayOfMilliseconds);

/** Custom field of a talent, with times in seconds. */
export const talentCustomField = customField(seconds, dayOfSeconds);

/** A custom field as the graph needs it; times in milliseconds. */
export type CustomFieldData = Infer<typeof jobCustomField>;
