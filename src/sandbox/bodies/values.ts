/** Origin of all invented times: 2026-03-02T01:00:00Z. */
const EPOCH_MS = Date.UTC(2026, 2, 2, 1);
const DAY_MS = 86_400_000;

/** Returns milliseconds as a string, `days` after the origin. */
export const msAt = (days: number): string => String(EPOCH_MS + days * DAY_MS);
/** Returns seconds as a string, `days` after the origin. */
export const secondsAt = (days: number): string => String((EPOCH_MS + days * DAY_MS) / 1000);
/** Returns a text in both languages. */
export const i18n = (zh: string, en: string) => ({ zh_cn: zh, en_us: en });
/** Name of whatever needs one in the templates. */
export const SAMPLE_NAME = i18n("示例名称", "Sample label");

/** Returns a 19-digit id: `kind` distinguishes resources, `n` numbers them. */
export const idOf = (kind: number, n: number): string => `7300${kind}${String(n).padStart(14, "0")}`;

const CUSTOM_FIELD_TYPES = 13;

/** Returns a custom field with every documented kind of value; only the one of its type is meaningful. */
export function customField(n: number, withAttachment: boolean) {
  // Times are in seconds for talents, whose fields alone have attachments, and in milliseconds for jobs.
  const timeAt = withAttachment ? secondsAt : msAt;
  return {
    object_id: idOf(7, n),
    name: i18n(`自定义字段 ${n}`, `Custom field ${n}`),
    object_type: 1 + (n % (withAttachment ? CUSTOM_FIELD_TYPES : CUSTOM_FIELD_TYPES - 2)),
    value: {
      content: `答案 ${n}`,
      option: { key: idOf(8, n), name: i18n("选项一", "Option one") },
      option_list: [{ key: idOf(8, n + 1), name: i18n("选项二", "Option two") }],
      time_range: { start_time: timeAt(-700), end_time: n % 2 ? "-" : timeAt(-300) },
      time: timeAt(-100),
      number: String(n),
      ...(withAttachment && {
        customized_attachment: [
          { file_id: idOf(8, n + 2), file_name: "证书.pdf", content_type: "application/pdf", file_size: 16_615 },
        ],
      }),
    },
  };
}

/** Returns the custom fields of one talent. */
export const customFields = (n: number) => [customField(n, true)];
