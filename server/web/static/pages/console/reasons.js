/** Why a ticket was called, in sentences. */
import { _, _n } from "motcua/i18n";

/**
 * @param {import("./reduce.js").Reason} reason
 * @returns {string[]}
 */
export function reasonSentences(reason) {
  const passed = reason.passed_over ?? [];
  return [
    sentence(reason),
    ...(passed.length ? [_("Đến trước và chưa được gọi: %(numbers)s", { numbers: passed.join(", ") })] : []),
  ];
}

/** @param {import("./reduce.js").Reason} reason */
function sentence(reason) {
  switch (reason.rule) {
    case "first_come": return _("Đến trước nhất trong hàng của quầy này.");
    case "priority_first": return _("Diện ưu tiên luôn được gọi trước.");
    case "priority_turn": return priorityTurn(reason);
    case "waited_too_long":
      return _n("Đã chờ quá %(n)s phút nên không ai được vượt trước.", reason.guard_min ?? 0);
    case "returned": return _("Quay lại sau khi vắng mặt; giữ nguyên số.");
    case "directed": return _("Được chuyển đích danh đến quầy hoặc cán bộ này.");
    case "resumed": return _("Tiếp tục sau khi tạm giữ.");
    case "by_hand": return _("Gọi ngoài thứ tự: %(why)s", { why: reason.why ?? "" });
    default: return reason.rule;
  }
}

/** @param {import("./reduce.js").Reason} reason */
function priorityTurn(reason) {
  return _("Đến lượt ưu tiên: cứ %(ratio)s số thường thì gọi một số ưu tiên (vừa gọi %(numbers)s).", {
    ratio: reason.ratio ?? "",
    numbers: (reason.after ?? []).join(", "),
  });
}
