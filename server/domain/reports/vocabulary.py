"""The names a report gives its figures, in English and Vietnamese, brought to the words of the field.

A key is first freed of accents, case and punctuation; then of what it says besides the name: that the value is
a percentage ("Tỷ lệ … (%)", `_pct`) or approximate ("khoảng …", `_approx`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from server.domain.reports.figures import Kind

# II.06a/VPCP/KSTT by column number; 1 and 2 are the row's number and its field or unit.
COLUMNS = {
    3: "received",
    4: "online",
    5: "direct",
    6: "carried_over",
    7: "resolved",
    8: "early",
    9: "on_time",
    10: "late",
    11: "in_progress",
    12: "in_time",
    13: "overdue",
}

RATING_LEVELS = ("very_satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied")
ONLINE_LEVELS = ("dvc1", "dvc2", "dvc3", "dvc4")

_ALIASES = {
    "received": "received_total total_received tiep_nhan da_tiep_nhan tong_tiep_nhan tiep_nhan_tong_so nhan"
    " phai_giai_quyet tiep_nhan_giai_quyet",
    "received_in_period": "new moi_tiep_nhan tiep_nhan_moi tiep_nhan_trong_ky nhan_trong_ky trong_ky new_in_period"
    " tiep_nhan_moi_trong_ky moi_tiep_nhan_trong_ky nhan_moi moi_nhan phat_sinh phat_sinh_trong_ky"
    " da_tiep_nhan_trong_ky tiep_nhan_trong_thang tiep_nhan_trong_quy tiep_nhan_trong_nam tiep_nhan_trong_tuan",
    "online": "received_online online_received truc_tuyen tiep_nhan_truc_tuyen nop_truc_tuyen qua_mang"
    " tiep_nhan_qua_mang qua_cong_dich_vu_cong qua_cong_dvc tiep_nhan_qua_cong_dich_vu_cong",
    "direct": "received_direct in_person_postal in_person_and_postal offline truc_tiep_buu_chinh truc_tiep_va_buu_chinh"
    " truc_tiep_hoac_buu_chinh truc_tiep_dich_vu_buu_chinh tiep_nhan_truc_tiep_buu_chinh in_person_or_postal"
    " tiep_nhan_truc_tiep_dich_vu_buu_chinh",
    "in_person": "received_in_person truc_tiep tiep_nhan_truc_tiep nop_truc_tiep",
    "postal": "received_postal by_post buu_chinh qua_buu_chinh dich_vu_buu_chinh tiep_nhan_qua_buu_chinh",
    "carried_over": "received_carried_over carry_over ky_truoc tu_ky_truoc ton_ky_truoc ky_truoc_chuyen_sang"
    " tu_ky_truoc_chuyen_sang ky_truoc_chuyen_qua ton_ky_truoc_chuyen_sang ton_dau_ky chuyen_tu_ky_truoc"
    " ky_truoc_ton ton_thang_truoc ton_quy_truoc ton_nam_truoc thang_truoc_chuyen_sang quy_truoc_chuyen_sang"
    " nam_truoc_chuyen_sang tu_thang_truoc_chuyen_sang tu_quy_truoc_chuyen_sang tu_nam_truoc_chuyen_sang",
    "resolved": "resolved_total total_resolved giai_quyet da_giai_quyet tong_giai_quyet da_giai_quyet_tong_so"
    " giai_quyet_tong_so giai_quyet_xong da_giai_quyet_xong da_xu_ly xu_ly_xong hoan_thanh da_hoan_thanh solved"
    " ket_qua_giai_quyet giai_quyet_va_tra_ket_qua",
    "early": "resolved_early truoc_han som_han giai_quyet_truoc_han da_giai_quyet_truoc_han before_due truoc_thoi_han",
    "on_time": "resolved_on_time dung_han giai_quyet_dung_han da_giai_quyet_dung_han dung_thoi_han",
    "late": "resolved_late qua_han tre_han giai_quyet_qua_han da_giai_quyet_qua_han giai_quyet_tre_han cham_han"
    " qua_thoi_han",
    "early_or_on_time": "early_and_on_time on_time_or_early truoc_va_dung_han truoc_han_va_dung_han dung_va_truoc_han"
    " dung_han_va_truoc_han truoc_hoac_dung_han som_va_dung_han giai_quyet_truoc_va_dung_han truoc_dung_han"
    " dung_truoc_han truoc_han_dung_han dung_han_truoc_han giai_quyet_dung_va_truoc_han giai_quyet_trong_han"
    " giai_quyet_truoc_han_va_dung_han giai_quyet_dung_han_va_truoc_han",
    "late_with_apology": "apologised late_apologised qua_han_co_xin_loi co_xin_loi late_with_apologies",
    "late_without_apology": "late_no_apology qua_han_khong_xin_loi qua_han_khong_co_xin_loi khong_xin_loi",
    "in_progress": "in_progress_total pending unresolved dang_giai_quyet dang_xu_ly chua_giai_quyet"
    " dang_giai_quyet_tong_so chua_giai_quyet_xong ton ton_dong ton_cuoi_ky con_ton chua_xu_ly chuyen_ky_sau"
    " chuyen_sang_ky_sau chuyen_qua_ky_sau dang_trong_qua_trinh_giai_quyet dang_thu_ly con_dang_giai_quyet",
    "in_time": "in_progress_in_time in_progress_on_time not_yet_due trong_han chua_den_han dang_giai_quyet_trong_han"
    " dang_giai_quyet_chua_den_han dang_xu_ly_trong_han con_han con_trong_han chua_toi_han trong_thoi_han"
    " dang_giai_quyet_dung_han dang_giai_quyet_con_han chua_giai_quyet_trong_han dang_giai_quyet_chua_toi_han",
    "overdue": "in_progress_overdue in_progress_late pending_overdue dang_giai_quyet_qua_han dang_xu_ly_qua_han"
    " chua_giai_quyet_qua_han da_qua_han",
    "resolution": "ty_le_giai_quyet completion",
    "rated": "ratings rating_total ratings_total total_ratings danh_gia luot_danh_gia tong_luot_danh_gia da_danh_gia"
    " phieu phieu_danh_gia phieu_khao_sat phieu_thu_ve y_kien y_kien_danh_gia luot_khao_sat nguoi_danh_gia"
    " cong_dan_danh_gia tham_gia_danh_gia",
    "sessions": "served sessions_total luot_phuc_vu phien_phuc_vu luot_giao_dich phien tong_phien so_phien luot_khach"
    " luot_tiep phieu_phat_ra",
    "not_rated": "no_rating unrated khong_danh_gia chua_danh_gia",
    "without_level": "rating_without_level khong_co_muc no_level",
    "very_satisfied": "rat_hai_long ratings_very_satisfied very_happy",
    "satisfied": "hai_long ratings_satisfied",
    "neutral": "binh_thuong trung_binh ratings_neutral",
    "dissatisfied": "khong_hai_long chua_hai_long ratings_dissatisfied unsatisfied not_satisfied",
    "very_dissatisfied": "rat_khong_hai_long ratings_very_dissatisfied",
    "satisfaction": "overall_satisfaction hai_long_tro_len chi_so_hai_long",
    "response": "response_share phan_hoi",
    "full": "toan_trinh full_online dvc_toan_trinh dich_vu_cong_toan_trinh",
    "partial": "mot_phan partial_online dvc_mot_phan dich_vu_cong_mot_phan",
    "information_only": "con_lai cung_cap_thong_tin information chi_cung_cap_thong_tin",
    "withdrawn": "rut rut_ho_so citizen_withdrew",
    "refused": "refusal tu_choi tra_lai returned",
    "posted": "returned_by_post results_by_post tra_qua_buu_chinh tra_ket_qua_qua_buu_chinh gui_qua_buu_chinh",
    "total": "tong tong_so tong_cong cong tong_so_ho_so tong_ho_so tong_so_luot tong_luot whole sum all",
    "period": "ky_bao_cao ky report_period reporting_period",
    "period_from": "from period_start start start_date tu_ngay date_from",
    "period_to": "to period_end end end_date den_ngay date_to",
    "as_of": "as_of_date tinh_den tinh_den_ngay ngay_chot_so_lieu ngay_chot so_lieu_tinh_den cutoff data_as_of as_at",
    "year": "nam",
    "half": "half_year nua_nam",
    "quarter": "quy",
    "month": "thang",
    "note": "don_vi_tinh dvt notes note about ghi_chu claim nhan_xet ket_luan thuyet_minh source nguon title tieu_de",
    "row_no": "no stt tt so_tt so_thu_tu",
    "name": "field unit office linh_vuc don_vi linh_vuc_don_vi don_vi_linh_vuc linh_vuc_cong_viec ten ten_don_vi"
    " linh_vuc_giai_quyet linh_vuc_cong_viec_giai_quyet co_quan co_quan_don_vi noi_dung chi_tieu phuong xa phuong_xa"
    " xa_phuong so_nganh ten_linh_vuc ten_thu_tuc thu_tuc_hanh_chinh bo_phan phong_ban can_bo cong_chuc muc_do muc"
    " muc_do_hai_long thoi_gian",
}
_CANONICAL = {alias: name for name, aliases in _ALIASES.items() for alias in (name, *aliases.split())}

_ONLINE_LEVEL = re.compile(r"^(?:dvc(?:tt)?|dich_vu_cong(?:_truc_tuyen)?)?_?(?:muc(?:_do)?_|level_?)?([1-4])$")
_COLUMN = re.compile(r"^(?:c|col|cot|column)_?(\d{1,2})$")
_PERCENT = re.compile(
    r"^(?:pct|percent|percentage|rate|share|ty_le|ti_le|phan_tram)_(?:of_)?"
    r"|_(?:pct|percent|percentage|rate|ratio|share|phan_tram|ty_le|ti_le)$"
)
_ABOUT = re.compile(
    r"^(?:approx|about|khoang|uoc|gan|hon|xap_xi)_|_(?:approx|approximate|approximately|about|xap_xi|khoang)$"
)
_FILLER = re.compile(
    r"^(?:so_luong|tong_so|so_luot|so|num|number_of|count_of|n|total|tong)_|^(?:ho_so|dossiers?|luot|ty_le)_"
    r"|_(?:count|dossiers?|ho_so|total|tong_so|tong_cong|num|so_luong|so_luot|luot|so_phieu|sl)$"
)
# Words that say no more than that dossiers are counted, wherever they stand in a heading, and the other words that
# one office uses for another's.
_SAYS_NOTHING = re.compile(
    r"(?:^|_)(?:(?:tong_so|so_luong|ho_so|hs|tthc|thu_tuc_hanh_chinh|cong_ich|dich_vu(?!_cong)|nop|duoc|da|va|hoac|so"
    r"|ket_qua|qua(?!_(?:han|trinh|thoi))|tong|muc_do|muc(?!_\d)|trong_(?:ky|thang|quy|nam|tuan))(?=_|$))+"
)
_OTHER_WORDS = (
    (re.compile(r"(?<![a-z])bcci(?![a-z])"), "buu_chinh"),
    (re.compile(r"(?<![a-z])hen(?![a-z])"), "han"),
    (re.compile(r"(?<![a-z])(?:tre|cham)_han(?![a-z])"), "qua_han"),
    (re.compile(r"(?<![a-z])som_(?=han|va)"), "truoc_"),
    (re.compile(r"(?<![a-z])xu_ly(?![a-z])"), "giai_quyet"),
)
# Minutes, averages, marks, places and differences: no parts of anything, whatever they stand beside.
_MEASURE = re.compile(
    r"(?:^|_)(?:phut|gio|giay|minutes?|hours?|seconds?|days?|average|avg|mean|median|trung_binh|tb|binh_quan|p50|p90|max"
    r"|min|score|diem|rank|xep_hang|xep_loai|thu_hang|so_ngay|tang|giam|chenh_lech|so_voi|so_sanh)(?:_|$)"
)
# "1.", "a)", "1.2.", "-", "+" before a name, and "trong đó:" that says what is obvious.
_BULLET = re.compile(
    r"^\s*(?:(?:\d{1,2}(?:\.\d{1,2})+\.?|(?:\d{1,2}|[ivx]{1,4}|[a-hđ])[.)/])\s+|[-–+•*]\s*"
    r"|trong\s+đó\s*[:,]?\s*(?=\S))+",
    re.I,
)
# "(3)=(4)+(5)", "(hồ sơ)", "(ĐVT: lượt)" behind a name: how it is made up, and what is counted.
_ASIDE = re.compile(
    r"\(?\b\d{1,2}\)?\s*=[\s\d()+=\-]*$"
    r"|\(\s*(?:(?:đvt|đơn vị(?: tính)?)\s*:?\s*)?(?:hồ sơ|hs|lượt|phiếu|người|ý kiến|dossiers?|[\d\s()+=]+)\s*\)",
    re.I,
)


@dataclass(frozen=True)
class Key:
    """What a printed key says: the word of the field (or the key itself, made plain), and how to read its value."""

    name: str
    kind: Kind = Kind.COUNT
    approximate: bool = False
    known: bool = False


UNDER = " › "
"""Between the name of a heading and what stands under it, since a rate is written with a stroke."""
BARE_RATE = frozenset({"ty_le", "ti_le", "rate", "percent", "pct", "share"})
_LONGEST = 300


def plain(text: str) -> str:
    """`"Tỷ lệ đúng hạn (%)"` → `"ty_le_dung_han"`."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    ascii_only = "".join(c for c in letters if not unicodedata.combining(c)).lower()
    return re.sub(r"[^a-z0-9]+", "_", ascii_only).strip("_")


def parse_key(raw: str) -> Key:
    """The meaning of a key or column heading."""
    raw = _ASIDE.sub("", _BULLET.sub("", unicodedata.normalize("NFC", raw[:_LONGEST]))).strip() or raw[:_LONGEST]
    word = plain(raw)
    approximate = percent = False
    while stripped := _ABOUT.sub("", word, count=1):
        if stripped == word:
            break
        word, approximate = stripped, True
    if "%" in raw or _PERCENT.search(word) or word in BARE_RATE:
        percent = True
        word = _PERCENT.sub("", word) or word
    name = canonical(word)
    # "Tỷ lệ hài lòng" is everybody content; only a level's own name next to its siblings is that level's share.
    if percent and name == "satisfied" and plain(raw).startswith(("ty_le", "ti_le")):
        name = "satisfaction"
    if percent and word == "muc_do_hai_long":
        name = "satisfaction"
    if percent and name == "resolved":
        name = "resolution"
    kind = Kind.PERCENT if percent else Kind.COUNT
    if name is None and not percent and _MEASURE.search(word):
        kind = Kind.MEASURE
    return Key(name or word, kind, approximate, known=name is not None)


def canonical(word: str) -> str | None:
    """The word of the field for a plain key, None when it is not one."""
    if found := _exact(word):
        return found
    form = _normal(word)
    # "Tổng số TTHC" says nothing but that it is a total.
    return "total" if not form and word.startswith("tong") else _NORMAL.get(form)


def _exact(word: str) -> str | None:
    if word in _CANONICAL:
        return _CANONICAL[word]
    if (match := _ONLINE_LEVEL.match(word)) and not word.isdigit():
        return f"dvc{match[1]}"
    if (match := _COLUMN.match(word)) and int(match[1]) in COLUMNS:
        return COLUMNS[int(match[1])]
    shorter = _FILLER.sub("", word, count=1)
    return _exact(shorter) if shorter and shorter != word else None


def _normal(word: str) -> str:
    """`so_ho_so_duoc_giai_quyet_tre_hen` → `giai_quyet_qua_han`."""
    for other, ours in _OTHER_WORDS:
        word = other.sub(ours, word)
    return _SAYS_NOTHING.sub("", word).strip("_")


def _normal_names() -> dict[str, str]:
    """A form that two aliases of different meaning come down to means neither."""
    meanings: dict[str, set[str]] = {}
    for alias, name in _CANONICAL.items():
        meanings.setdefault(_normal(alias), set()).add(name)
    # "Đã quá hạn" is said of what is open; freed of its "đã" it is what "quá hạn" says by itself.
    return {form: _CANONICAL.get(form, next(iter(names))) for form, names in meanings.items()
            if form and (len(names) == 1 or form in _CANONICAL)}  # fmt: skip


_NORMAL = _normal_names()
